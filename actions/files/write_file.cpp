#include "actions/files/write_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/files/file_content.hpp"
#include "actions/files/target_path.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

// A pipe without a reader must fail instead of holding the step; a terminal must not become ours.
constexpr int write_flags = O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

struct OpenedFile {
  FileDescriptor file;
  bool is_new = false;
  std::filesystem::path made;  ///< the file to remove again when a new one fails; not the link that led to it
  std::string error;
};

OpenedFile open_new_or_existing(const std::filesystem::path& path, mode_t mode, bool overwrite) {
  OpenedFile opened;
  opened.file = FileDescriptor(::open(path.c_str(), write_flags | O_CREAT | O_EXCL, mode));
  if (opened.file.is_open()) {
    opened.is_new = true;
    opened.made = path;
    return opened;
  }
  if (errno == EEXIST && !overwrite) {
    opened.error = path.string() + " exists already, and overwrite is false";
    return opened;
  }
  if (errno == EEXIST) opened.file = FileDescriptor(::open(path.c_str(), write_flags));
  if (!opened.file.is_open() && errno == ENOENT) {
    // A link that leads to nothing yet.
    opened.file = FileDescriptor(::open(path.c_str(), write_flags | O_CREAT, mode));
    opened.is_new = opened.file.is_open();
    std::error_code ignored;
    if (opened.is_new) opened.made = std::filesystem::canonical(path, ignored);
  }
  if (!opened.file.is_open()) opened.error = path_error("writing", path, errno);
  return opened;
}

/// Replaces the content of a regular file.
int replace_content(int file, std::string_view content, off_t old_size) {
  const auto size = static_cast<off_t>(content.size());
  if (const int reason = reserve_space(file, size, old_size); reason != 0) return reason;
  if (const int reason = write_all(file, content); reason != 0) return reason;
  return ::ftruncate(file, size) == 0 ? 0 : errno;
}

std::string fill(const OpenedFile& opened, const std::filesystem::path& path, std::string_view content,
                 const Ownership& ownership) {
  struct stat status {};
  if (::fstat(opened.file.get(), &status) != 0) return path_error("writing", path, errno);
  const int reason = S_ISREG(status.st_mode) ? replace_content(opened.file.get(), content, status.st_size)
                                             : write_all(opened.file.get(), content);
  if (reason != 0) return path_error("writing", path, reason);
  return ownership.apply(opened.file.get(), path.string(), opened.is_new);
}

}  // namespace

std::string write_file(const std::filesystem::path& path, std::string_view content, const Ownership& ownership,
                       bool overwrite) {
  const auto opened = open_new_or_existing(path, ownership.mode, overwrite);
  if (!opened.error.empty()) return opened.error;
  auto error = fill(opened, path, content, ownership);
  if (!error.empty() && !opened.made.empty()) ::unlink(opened.made.c_str());
  return error;
}

std::string append_to_file(const std::filesystem::path& path, std::string_view content) {
  const FileDescriptor file(::open(path.c_str(), write_flags | O_APPEND));
  if (!file.is_open() && errno == ENOENT) {
    return path.string() + " does not exist; AppendFile creates no files, CreateFile does";
  }
  if (!file.is_open()) return path_error("appending to", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return path_error("appending to", path, errno);
  const int reason = write_all(file.get(), content);
  if (reason == 0) return {};
  auto error = path_error("appending to", path, reason);
  if (S_ISREG(status.st_mode) && ::ftruncate(file.get(), status.st_size) != 0) {
    error += "; part of the text has been added";
  }
  return error;
}

}  // namespace ibtest
