#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ibtest {

/// Cuts what comes over a connection between runner and agent into lines; every byte is looked at once.
class LineBuffer {
 public:
  void append(std::string_view bytes);
  /// Where the next bytes may be put, in the place of append(); received() says how many were. Those of an exchange are
  /// copied once less.
  [[nodiscard]] std::span<char> space();
  void received(std::size_t size);
  /// The next line, without its line break. A line that says that bytes of an exchange follow it (exchange_data_size)
  /// comes with them: line, line break, bytes, as encode() makes them.
  [[nodiscard]] std::optional<std::string> take_line();
  /// What is left behind the last line break, if anything is.
  [[nodiscard]] std::optional<std::string> take_rest();
  /// Bytes that were not taken yet.
  [[nodiscard]] std::size_t waiting() const { return ready_size_ + begun_.size() - missing_.value_or(0); }

 private:
  /// So many of the missing bytes.
  void came(std::size_t size);
  void hand_out();

  std::deque<std::string> ready_;
  std::size_t ready_size_ = 0;
  std::string begun_;  ///< a line whose end has not come
  /// Bytes at the end of `begun_` that have not come, with the line break behind them; nothing while its own line break
  /// has not.
  std::optional<std::size_t> missing_;
  std::array<char, 4096> line_space_;  ///< NOLINT: written before it is read
};

}  // namespace ibtest
