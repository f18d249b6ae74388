#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// What came over a connection between runner and agent and was not yet taken; every byte is looked at once.
class LineBuffer {
 public:
  void append(std::string_view bytes);
  /// The next line, without its line break. A line that says that bytes of an exchange follow it (exchange_data_size)
  /// comes with them: line, line break, bytes, as encode() makes them.
  [[nodiscard]] std::optional<std::string> take_line();
  /// What is left behind the last line break, if anything is.
  [[nodiscard]] std::optional<std::string> take_rest();
  /// Bytes that are no whole line yet, or not yet taken.
  [[nodiscard]] std::size_t waiting() const { return bytes_.size() - taken_; }

 private:
  [[nodiscard]] std::string take(std::size_t end);

  std::string bytes_;
  std::size_t taken_ = 0;
  std::size_t searched_ = 0;
  std::optional<std::size_t> data_end_;  ///< of a line of data whose bytes have not all come
};

}  // namespace ibtest
