#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ibtest {

/// Cuts a stream of bytes into lines. A line break is "\n" with any "\r" before it; a line longer than 64 KiB is cut.
class LineSplitter {
 public:
  using Consumer = std::function<void(std::string_view line)>;

  void append(std::string_view bytes, const Consumer& consumer);
  /// Hands out the last line, if it had no line break.
  void finish(const Consumer& consumer);

 private:
  std::string partial_;
};

/// Appends to `text` and keeps only its last `limit` bytes.
void append_tail(std::string& text, std::string_view bytes, std::size_t limit);

/// The last `count` lines of `text` that are not blank.
[[nodiscard]] std::string last_lines(std::string_view text, std::size_t count);

}  // namespace ibtest
