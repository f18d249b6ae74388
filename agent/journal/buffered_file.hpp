#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// A file that is written in large pieces. Never throws; what could not be written is dropped and the first reason
/// kept, so that a run goes on when a disk is full.
class BufferedFile {
 public:
  enum class Mode { append, replace };

  BufferedFile(const std::filesystem::path& path, Mode mode);
  BufferedFile(const BufferedFile&) = delete;
  BufferedFile& operator=(const BufferedFile&) = delete;
  ~BufferedFile() { flush(); }

  void append(std::string_view bytes);
  void flush();
  /// "writing console.log: No space left on device"; empty if everything has been written.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void write(std::string_view bytes);
  void keep_error(int error_number);

  static constexpr std::size_t capacity = std::size_t{64} * 1024;
  std::string name_;
  FileDescriptor file_;
  std::string buffer_;
  std::string error_;
};

}  // namespace ibtest
