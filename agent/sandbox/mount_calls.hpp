#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// The system calls that the parts of a sandbox are mounted with. All throw Fault and name what was being mounted.

/// Opens a file or folder to refer to it only.
[[nodiscard]] FileDescriptor open_place(const std::filesystem::path& path);
/// A path that names an open file in mount options, whatever is in its name.
[[nodiscard]] std::string path_of(const FileDescriptor& file);

void mount_new(const char* type, const std::filesystem::path& place, unsigned long flags, const std::string& options);
/// Shows `source`, and what is mounted in it, at `place` as well.
void mount_again(const std::filesystem::path& source, const std::filesystem::path& place);
/// The same, without any right to write: neither its files nor those of what is mounted in it can be changed.
void mount_read_only(const std::filesystem::path& source, const std::filesystem::path& place);
/// Sets flags (MOUNT_ATTR_...) of what is mounted at `place` and in it.
void set_mount_flags(const std::filesystem::path& place, std::uint64_t flags);
/// Nothing is in a folder any more, and nothing can be put there.
void hide_folder(const std::filesystem::path& place);

/// Makes a folder, and those above it, unless it is there.
void make_folder(const std::filesystem::path& folder);

}  // namespace ibtest
