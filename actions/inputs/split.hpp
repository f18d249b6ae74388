#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace ibtest {

/// The parts between the separators: always one more than there are of these, and some may be empty.
[[nodiscard]] inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace ibtest
