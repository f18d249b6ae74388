#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "agent/protocol/event.hpp"

namespace ibtest {

/// The last lines of a stream of output, in memory that does not grow: old lines go, long lines are cut. Standard
/// output and standard error keep their own line ends apart; lines stand in the order in which they were completed.
/// Costs nothing for lines that would be dropped again at once.
class OutputTail {
 public:
  explicit OutputTail(std::size_t lines = 40, std::size_t bytes_per_line = 2000);

  void append(OutputStream stream, std::string_view bytes);
  void clear();
  /// Raw lines, an unfinished last one included; not harmless yet.
  [[nodiscard]] std::vector<std::string> lines() const;
  /// As many as `count` of them.
  [[nodiscard]] std::vector<std::string> last(std::size_t count) const;
  /// True when lines were dropped.
  [[nodiscard]] bool dropped() const { return dropped_; }

 private:
  void add_line(std::string line);
  void extend(std::string& partial, std::string_view bytes) const;

  std::size_t capacity_;
  std::size_t bytes_per_line_;
  std::deque<std::string> complete_;
  std::string partial_[2];
  bool dropped_ = false;
};

}  // namespace ibtest
