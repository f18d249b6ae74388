#pragma once

#include <string>
#include <string_view>

namespace ibtest {

enum class Paint { none, bold, dim, red, green, yellow, cyan, bold_red, bold_green, bold_yellow };

/// Colours of the console, or none.
class Palette {
 public:
  explicit Palette(bool color) : color_(color) {}

  [[nodiscard]] bool color() const { return color_; }
  [[nodiscard]] std::string paint(Paint paint, std::string_view text) const {
    if (!color_ || paint == Paint::none || text.empty()) return std::string(text);
    return "\x1b[" + std::string(code(paint)) + "m" + std::string(text) + "\x1b[0m";
  }

 private:
  static std::string_view code(Paint paint) {
    switch (paint) {
      case Paint::none:
        return "0";
      case Paint::bold:
        return "1";
      case Paint::dim:
        return "2";
      case Paint::red:
        return "31";
      case Paint::green:
        return "32";
      case Paint::yellow:
        return "33";
      case Paint::cyan:
        return "36";
      case Paint::bold_red:
        return "1;31";
      case Paint::bold_green:
        return "1;32";
      case Paint::bold_yellow:
        return "1;33";
    }
    return "0";
  }

  bool color_;
};

}  // namespace ibtest
