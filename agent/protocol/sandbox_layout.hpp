#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ibtest {

inline constexpr std::string_view sandbox_disk = "disk";          ///< in a sandbox's folder: all layers
inline constexpr std::string_view sandbox_init_file = "init";     ///< there: its first process
inline constexpr std::string_view sandbox_upper_layer = "upper";  ///< in a layer's folder: the files that were changed
inline constexpr std::string_view sandbox_kept_name = "ibtest-kept";  ///< of the first process of one that was kept

/// The folder, in the folder of all layers, of the one that is mounted at `place` in the sandbox. No two places have
/// the same.
[[nodiscard]] std::string layer_name(const std::filesystem::path& place);

}  // namespace ibtest
