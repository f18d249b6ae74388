#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// What a command has written to standard error, kept until the command has ended (LOG-7): the first 64 KiB in memory,
/// the rest in a nameless file of the log folder, which vanishes with the process.
class StderrSpool {
 public:
  explicit StderrSpool(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void append(std::string_view bytes);
  [[nodiscard]] bool empty() const { return memory_.empty(); }
  /// Why not everything could be kept; empty if it was.
  [[nodiscard]] const std::string& error() const { return error_; }

  /// Gives everything to `sink` in pieces, without one line break at its end.
  template <typename Sink>
  void read(Sink&& sink) {
    const auto total = size_ - (last_ == '\n' ? 1U : 0U);
    sink(std::string_view(memory_).substr(0, total));
    std::string piece;
    for (std::size_t position = memory_.size(); position < total; position += piece.size()) {
      read_file(position - memory_.size(), total - position, piece);
      if (piece.empty()) return;
      sink(std::string_view(piece));
    }
  }

 private:
  void open_file();
  void read_file(std::size_t offset, std::size_t limit, std::string& piece);
  void keep_error(int error_number);

  static constexpr std::size_t piece_size = std::size_t{64} * 1024;
  std::filesystem::path folder_;
  std::string memory_;
  FileDescriptor file_;
  std::size_t size_ = 0;
  char last_ = '\0';
  std::string error_;
};

}  // namespace ibtest
