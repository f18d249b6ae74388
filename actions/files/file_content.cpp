#include "actions/files/file_content.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "actions/files/target_path.hpp"

namespace ibtest {

namespace {

// What the kernel copies between two questions whether to stop: well below a second on a slow disk.
constexpr std::size_t bytes_between_questions = 16U << 20U;
constexpr std::size_t buffer_size = 128U << 10U;

using KernelCopy = ssize_t (*)(int source, int target, std::size_t size);

ssize_t copy_range(int source, int target, std::size_t size) {
  return ::copy_file_range(source, nullptr, target, nullptr, size, 0);
}

ssize_t send(int source, int target, std::size_t size) {
  return ::sendfile(target, source, nullptr, size);
}

/// Whether the kernel only says that this way of copying is not for these two files.
bool means_try_another_way(int error_number) {
  return error_number == EXDEV || error_number == EINVAL || error_number == ENOSYS || error_number == EOPNOTSUPP ||
         error_number == EBADF || error_number == EPERM || error_number == ETXTBSY || error_number == EOVERFLOW;
}

struct KernelResult {
  int error = 0;
  bool at_end = false;  ///< false: the rest, or all, is left to another way
};

KernelResult copy_in_kernel(KernelCopy copy, int source, int target, ActionContext& context) {
  bool any = false;
  std::size_t since_question = 0;
  while (true) {
    const auto copied = copy(source, target, bytes_between_questions);
    // What the kernel takes to be empty may still have content, as files of /proc.
    if (copied == 0) return {0, any};
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) return {means_try_another_way(errno) ? 0 : errno, false};
    any = true;
    since_question += static_cast<std::size_t>(copied);
    if (since_question < bytes_between_questions) continue;
    since_question = 0;
    if (context.must_stop()) return {ECANCELED, false};
  }
}

int copy_through_buffer(int source, int target, ActionContext& context) {
  std::array<char, buffer_size> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read()
  std::size_t since_question = 0;
  while (true) {
    const auto count = ::read(source, buffer.data(), buffer.size());
    if (count == 0) return 0;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    const auto bytes = static_cast<std::size_t>(count);
    if (const int reason = write_all(target, {buffer.data(), bytes}); reason != 0) return reason;
    since_question += bytes;
    if (since_question < bytes_between_questions) continue;
    since_question = 0;
    if (context.must_stop()) return ECANCELED;
  }
}

}  // namespace

ReadableFile open_readable(std::string_view doing, const std::filesystem::path& path, std::string_view for_folders) {
  ReadableFile opened;
  // O_NONBLOCK: opening a pipe without a writer must not hold the step.
  opened.file = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!opened.file.is_open() && errno == ENOENT) {
    opened.error = path.string() + " does not exist";
  } else if (!opened.file.is_open() || ::fstat(opened.file.get(), &opened.status) != 0) {
    opened.error = path_error(doing, path, errno);
  } else if (S_ISDIR(opened.status.st_mode)) {
    opened.error = path.string() + " is a folder; " + std::string(for_folders);
  } else if (!S_ISREG(opened.status.st_mode) && !S_ISCHR(opened.status.st_mode)) {
    opened.error = path.string() + " is a pipe, socket or disk and has no content with an end";
  }
  return opened;
}

int copy_content(int source, int target, ActionContext& context) {
  for (const KernelCopy copy : {copy_range, send}) {
    const auto [error, at_end] = copy_in_kernel(copy, source, target, context);
    if (error != 0 || at_end) return error;
  }
  return copy_through_buffer(source, target, context);
}

int reserve_space(int file, off_t size, off_t old_size) {
  if (size <= 0 || ::fallocate(file, 0, 0, size) == 0) return 0;
  const int reason = errno;
  if (reason != ENOSPC && reason != EFBIG && reason != EDQUOT) return 0;
  // What was reserved before the space ran out may have made the file longer.
  return ::ftruncate(file, old_size) == 0 ? reason : errno;
}

std::string content_error(std::string_view doing, const std::filesystem::path& path, int error_number) {
  if (error_number == ECANCELED) return "stopped while " + std::string(doing) + " " + path.string();
  return path_error(doing, path, error_number);
}

bool is_same_file(const struct stat& left, const struct stat& right) {
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

}  // namespace ibtest
