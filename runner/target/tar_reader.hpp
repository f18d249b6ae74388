#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// Unpacks a tar stream (ustar, GNU and pax) of which nothing is trusted: folders and regular files below one folder,
/// and nothing else. Links, devices, and paths that lead elsewhere are left out.
class TarReader {
 public:
  /// `destination` is made where it is missing; nobody else may write to it.
  explicit TarReader(std::filesystem::path destination);

  /// The next bytes of the stream. Throws Fault (target_failed) for what is no tar stream or too large, and when a file
  /// cannot be written.
  void append(std::string_view bytes);
  /// Whether the end of the archive was seen.
  [[nodiscard]] bool complete() const { return state_ == State::ended; }

 private:
  enum class State { header, file, long_name, extended, skipped, ended };

  std::size_t read_header(std::string_view block);
  void begin_entry(char type, const std::string& path);
  void take(std::string_view bytes);
  void finish_entry();

  std::filesystem::path destination_;
  State state_ = State::header;
  std::string block_;          ///< a header that came in parts
  std::uint64_t left_ = 0;     ///< bytes of the entry
  std::uint64_t padding_ = 0;  ///< bytes after it, up to the next block
  std::uint64_t written_ = 0;  ///< of all files
  std::string text_;           ///< of a long name or extended header
  std::string next_path_;      ///< what they say about the next entry
  bool next_size_known_ = false;
  std::uint64_t next_size_ = 0;
  FileDescriptor file_;
};

}  // namespace ibtest
