#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// The lines at the bottom of a terminal that are drawn again and again, below those that stay. Each change is one
/// write, so that nothing flickers.
class LiveArea {
 public:
  using Write = std::function<void(std::string_view bytes)>;

  explicit LiveArea(Write write) : write_(std::move(write)) {}
  LiveArea(const LiveArea&) = delete;
  LiveArea& operator=(const LiveArea&) = delete;
  ~LiveArea() { erase(); }

  /// Prints text that stays (with its line break), in place of the area.
  void print(std::string_view text);
  /// Replaces the area. No line may be wider than the terminal.
  void draw(const std::vector<std::string>& lines);
  void erase();

 private:
  [[nodiscard]] std::string erasing() const;

  Write write_;
  std::size_t drawn_ = 0;
};

}  // namespace ibtest
