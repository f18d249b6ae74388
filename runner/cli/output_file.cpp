#include "runner/cli/output_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

int write_to_end(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return errno;
    pollfd wait{descriptor, POLLOUT, 0};
    if (::poll(&wait, 1, -1) < 0 && errno != EINTR) return errno;
  }
  return 0;
}

LineOutput::LineOutput(const std::filesystem::path& path, Begin begin)
    : owned_(
          ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (begin == Begin::afresh ? O_TRUNC : O_APPEND), 0644)) {
  descriptor_ = owned_.get();
  if (descriptor_ < 0) throw Fault(ExitStatus::not_runnable, system_error_text("creating " + path.string(), errno));
}

void LineOutput::write_line(std::string_view line) {
  if (error_ != 0) return;
  buffer_.assign(line);
  buffer_ += '\n';
  error_ = write_to_end(descriptor_, buffer_);
  constexpr std::size_t kept = 1U << 20U;
  if (buffer_.capacity() > kept) buffer_ = {};
}

void replace_file(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path temporary = path.string() + ".ibtest-" + std::to_string(::getpid());
  const auto fail = [&](int number) {
    ::unlink(temporary.c_str());
    return Fault(ExitStatus::not_runnable, system_error_text("writing " + path.string(), number));
  };
  struct stat before {};
  const bool exists = ::stat(path.c_str(), &before) == 0;
  {
    const FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) throw fail(errno);
    if (const int error = write_to_end(file.get(), content); error != 0) throw fail(error);
    // The owner can be kept by root only.
    if (exists && ::fchown(file.get(), before.st_uid, before.st_gid) != 0 && errno != EPERM) throw fail(errno);
    if (exists && ::fchmod(file.get(), before.st_mode & 07777U) != 0) throw fail(errno);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw fail(errno);
}

}  // namespace ibtest
