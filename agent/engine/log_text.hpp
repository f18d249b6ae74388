#pragma once

#include <string>
#include <string_view>

namespace ibtest {

/// Longer texts are cut in application.log and in messages; the whole values are in detailedoutput.json.
inline constexpr std::size_t longest_logged_text = 4096;

[[nodiscard]] inline std::string shortened(std::string_view text) {
  return text.size() <= longest_logged_text ? std::string(text)
                                            : std::string(text.substr(0, longest_logged_text)) + "...";
}

}  // namespace ibtest
