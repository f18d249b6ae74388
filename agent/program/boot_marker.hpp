#pragma once

#include <filesystem>

namespace ibtest {

/// Waits until `file` exists, asleep in between, also when a file system is mounted over its folder meanwhile, as a
/// booting system does with /run. False when standard input has been closed before: nobody waits any more.
[[nodiscard]] bool wait_for_boot_marker(const std::filesystem::path& file);

}  // namespace ibtest
