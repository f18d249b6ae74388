#include "agent/journal/buffered_file.hpp"

#include <cerrno>
#include <fcntl.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

BufferedFile::BufferedFile(const std::filesystem::path& path, Mode mode) : name_(path.filename().string()) {
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (mode == Mode::append ? O_APPEND : O_TRUNC);
  file_ = FileDescriptor(::open(path.c_str(), flags, 0644));
  if (!file_.is_open()) keep_error(errno);
  buffer_.reserve(capacity);
}

void BufferedFile::append(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > capacity) {
    flush();
    if (bytes.size() >= capacity) {
      write(bytes);
      return;
    }
  }
  buffer_ += bytes;
}

void BufferedFile::flush() {
  write(buffer_);
  buffer_.clear();
}

void BufferedFile::write(std::string_view bytes) {
  if (!file_.is_open()) return;
  if (const int reason = write_all(file_.get(), bytes); reason != 0) keep_error(reason);
}

void BufferedFile::keep_error(int error_number) {
  if (error_.empty()) error_ = system_error_text("writing " + name_, error_number);
}

}  // namespace ibtest
