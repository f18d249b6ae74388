#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// Bytes that came and were not yet taken as lines; every byte is looked at once.
class LineBuffer {
 public:
  void append(std::string_view bytes) {
    if (taken_ > 0 && taken_ >= bytes_.size() / 2) {
      bytes_.erase(0, taken_);
      searched_ -= taken_;
      taken_ = 0;
    }
    bytes_.append(bytes);
  }

  std::optional<std::string> take_line() {
    const auto end = bytes_.find('\n', searched_);
    if (end == std::string::npos) {
      searched_ = bytes_.size();
      return std::nullopt;
    }
    std::string line = bytes_.substr(taken_, end - taken_);
    taken_ = searched_ = end + 1;
    return line;
  }

  std::optional<std::string> take_rest() {
    if (taken_ == bytes_.size()) return std::nullopt;
    std::string line = bytes_.substr(taken_);
    taken_ = searched_ = bytes_.size();
    return line;
  }

  [[nodiscard]] std::size_t waiting() const { return bytes_.size() - taken_; }

 private:
  std::string bytes_;
  std::size_t taken_ = 0;
  std::size_t searched_ = 0;
};

}  // namespace ibtest
