#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ibtest {

/// Hexadecimal SHA-256.
[[nodiscard]] std::string sha256_of(std::string_view bytes);
/// Of a file's content. Throws Fault (not_runnable) when it cannot be read.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace ibtest
