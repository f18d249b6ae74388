#include "runner/report/live_area.hpp"

#include <fmt/format.h>

namespace ibtest {

std::string LiveArea::erasing() const {
  // Cursor up to the first line of the area, then clear to the end of the screen.
  return drawn_ == 0 ? std::string() : fmt::format("\x1b[{}F\x1b[J", drawn_);
}

void LiveArea::print(std::string_view text) {
  std::string bytes = erasing();
  bytes += text;
  drawn_ = 0;
  write_(bytes);
}

void LiveArea::draw(const std::vector<std::string>& lines) {
  std::string bytes = erasing();
  for (const std::string& line : lines) {
    bytes += line;
    bytes += '\n';
  }
  drawn_ = lines.size();
  if (!bytes.empty()) write_(bytes);
}

void LiveArea::erase() {
  if (drawn_ > 0) print({});
}

}  // namespace ibtest
