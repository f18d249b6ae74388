#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/types.h>

#include "actions/action_context.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// A file that is open for reading, or why it is not.
struct ReadableFile {
  FileDescriptor file;
  struct stat status {};
  std::string error;
};

/// Opens a file whose content has an end, through links: pipes, sockets and disks are refused, since reading them would
/// hold the step or never stop. `for_folders` ends the error about a folder: "CopyFolder copies folders".
[[nodiscard]] ReadableFile open_readable(std::string_view doing, const std::filesystem::path& path,
                                         std::string_view for_folders);

/// Copies from where `source` stands to its end, inside the kernel where it can, else through a small buffer. Asks the
/// context now and then whether to stop. 0, ECANCELED when stopped, or the error number.
[[nodiscard]] int copy_content(int source, int target, ActionContext& context);

/// Reserves space for a file of `size` bytes before its `old_size` bytes are rewritten in place: when the disk is full,
/// nothing has been changed. 0 or the error number.
[[nodiscard]] int reserve_space(int file, off_t size, off_t old_size);

/// "copying /a: No space left on device", or "stopped while copying /a" for ECANCELED.
[[nodiscard]] std::string content_error(std::string_view doing, const std::filesystem::path& path, int error_number);

/// Whether both describe the same object, under whatever names.
[[nodiscard]] bool is_same_file(const struct stat& left, const struct stat& right);

}  // namespace ibtest
