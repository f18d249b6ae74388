#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "agent/protocol/event.hpp"

namespace ibtest {

/// Cuts a stream of output into lines, in bounded memory: of a line longer than the limit only its start is kept.
class LineAssembler {
 public:
  using OnLine = std::function<void(std::string_view line)>;

  explicit LineAssembler(std::size_t longest_line = 8000) : longest_line_(longest_line) {}

  /// Calls back with each completed line.
  void append(OutputStream stream, std::string_view bytes, const OnLine& on_line);
  /// Calls back with what has no line end yet, and starts afresh.
  void flush(const OnLine& on_line);

 private:
  std::size_t longest_line_;
  std::string partial_[2];
};

}  // namespace ibtest
