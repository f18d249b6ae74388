#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// Cuts what comes over a connection between runner and agent into lines; every byte is looked at once.
class LineBuffer {
 public:
  void append(std::string_view bytes);
  /// The next line, without its line break. A line that says that bytes of an exchange follow it (exchange_data_size)
  /// comes with them: line, line break, bytes, as encode() makes them.
  [[nodiscard]] std::optional<std::string> take_line();
  /// What is left behind the last line break, if anything is.
  [[nodiscard]] std::optional<std::string> take_rest();
  /// Bytes that were not taken yet.
  [[nodiscard]] std::size_t waiting() const { return ready_size_ + begun_.size(); }

 private:
  void hand_out();

  std::deque<std::string> ready_;
  std::size_t ready_size_ = 0;
  std::string begun_;                   ///< a line whose end has not come
  std::optional<std::size_t> missing_;  ///< bytes that belong to it, with the line break behind them
};

}  // namespace ibtest
