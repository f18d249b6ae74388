#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ibtest {

struct DecodedCharacter {
  char32_t code = 0;      ///< U+FFFD for invalid bytes
  std::size_t bytes = 0;  ///< taken from the text, at least 1
  bool valid = true;
};

/// The first character of a text that is not empty. Overlong forms, surrogates and cut sequences are invalid.
[[nodiscard]] DecodedCharacter decode_character(std::string_view text);

/// Columns of one character in a terminal: 0 for combining marks, 2 for East Asian wide ones and emoji.
[[nodiscard]] std::size_t character_width(char32_t code);

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

}  // namespace ibtest
