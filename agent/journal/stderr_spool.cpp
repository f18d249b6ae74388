#include "agent/journal/stderr_spool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

void StderrSpool::append(std::string_view bytes) {
  if (bytes.empty() || !error_.empty()) return;
  const auto kept = std::min(bytes.size(), file_.is_open() ? 0 : piece_size - memory_.size());
  memory_ += bytes.substr(0, kept);
  size_ += kept;
  if (kept > 0) last_ = bytes[kept - 1];
  bytes.remove_prefix(kept);
  if (bytes.empty()) return;

  if (!file_.is_open()) open_file();
  while (!bytes.empty() && error_.empty()) {
    const auto written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written > 0) {
      last_ = bytes[static_cast<std::size_t>(written) - 1];
      size_ += static_cast<std::size_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno != EINTR) {
      keep_error(errno);
    }
  }
}

void StderrSpool::open_file() {
  file_ = FileDescriptor(::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file_.is_open()) return;
  // Some file systems (overlayfs of older kernels, NFS) have no nameless files.
  auto name = (folder_ / "stderr-XXXXXX").string();
  file_ = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (file_.is_open()) {
    ::unlink(name.c_str());
  } else {
    keep_error(errno);
  }
}

void StderrSpool::read_file(std::size_t offset, std::size_t limit, std::string& piece) {
  piece.resize(std::min(limit, piece_size));
  ssize_t count = 0;
  do {
    count = ::pread(file_.get(), piece.data(), piece.size(), static_cast<off_t>(offset));
  } while (count < 0 && errno == EINTR);
  if (count < 0) keep_error(errno);
  piece.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
}

void StderrSpool::keep_error(int error_number) {
  if (error_.empty()) error_ = system_error_text("keeping standard error", error_number);
}

}  // namespace ibtest
