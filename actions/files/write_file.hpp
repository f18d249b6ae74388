#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "actions/files/ownership.hpp"

namespace ibtest {

/// Creates the file with this content, or rewrites an existing one in place, so that files that a container runtime has
/// mounted can be written too (EMU-9). Links are followed. On failure a new file is removed again, and of an existing
/// one the old content stays if the disk was full. The error; empty on success.
[[nodiscard]] std::string write_file(const std::filesystem::path& path, std::string_view content,
                                     const Ownership& ownership, bool overwrite);

/// Adds the content at the end of an existing file; on failure the file has its old length again.
[[nodiscard]] std::string append_to_file(const std::filesystem::path& path, std::string_view content);

}  // namespace ibtest
