#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ibtest {

/// Why a text cannot be a path; empty when it can (PATH-4).
[[nodiscard]] std::string unusable_path(std::string_view text);

/// Without separators at the end, "/" as it is (PATH-3).
[[nodiscard]] std::string without_trailing_separators(std::string_view path);

/// "writing /etc/hosts: Device or resource busy (...)": what was done, why it failed, and a hint where the reason is
/// that the target is a container (EMU-9, section 8.3).
[[nodiscard]] std::string path_error(std::string_view doing, const std::filesystem::path& path, int error_number);

/// Why an entry cannot be taken away from its folder, as far as that can be known before it is tried; empty when it
/// can.
[[nodiscard]] std::string unremovable(const std::filesystem::path& entry);

/// Creates the missing parents of `path` with 0777 & ~umask (CREATEFILE-1). The error; empty when all are there.
[[nodiscard]] std::string create_parents(const std::filesystem::path& path);

/// What to log about a path below /proc or /sys, which show the host's kernel (section 8.3); empty for others.
[[nodiscard]] std::string kernel_note(const std::filesystem::path& path);

}  // namespace ibtest
