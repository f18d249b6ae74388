#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/protocol/utf8.hpp"

namespace ibtest {

/// How many bytes at the end of `bytes` are the start of a UTF-8 sequence that goes on after it (0 to 3). Chunks of
/// output are cut there, so that a character read in two parts is not taken for two errors.
[[nodiscard]] std::size_t incomplete_utf8_tail(std::string_view bytes);

/// What a process has written, as a step's output value: each byte that is no UTF-8 is U+FFFD (OUT-11), cut at `limit`
/// bytes (OUT-12). Reserves its memory once, so that a growing value is never copied.
class OutputValue {
 public:
  static constexpr std::size_t default_limit = 16U << 20U;

  explicit OutputValue(std::size_t limit = default_limit) : limit_(limit) {}

  void append(std::string_view bytes);
  [[nodiscard]] bool cut() const { return cut_; }
  /// The value without trailing line ends (OUT-7).
  [[nodiscard]] std::string take();

 private:
  void cut_to_limit();

  std::size_t limit_;
  std::string text_;
  Utf8Sanitizer sanitizer_;
  bool cut_ = false;
};

/// The last bytes of a stream, at least `size` of them.
class OutputTail {
 public:
  explicit OutputTail(std::size_t size) : size_(size) {}

  void append(std::string_view bytes);
  [[nodiscard]] std::string take();

 private:
  std::size_t size_;
  std::string text_;
};

}  // namespace ibtest
