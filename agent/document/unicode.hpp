#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ibtest {

/// One code point of a UTF-8 text, or one byte that belongs to none.
struct DecodedCharacter {
  char32_t value = 0;      ///< the byte itself when not valid
  std::size_t length = 1;  ///< in bytes
  bool valid = false;
};

/// The character at `offset`, which must lie inside the text. Overlong forms, surrogates and values above U+10FFFF are
/// invalid.
[[nodiscard]] DecodedCharacter decode_utf8(std::string_view text, std::size_t offset);

/// Columns a terminal gives to a character: 0 for combining marks, 2 for East Asian wide characters and emoji.
[[nodiscard]] std::size_t terminal_width(char32_t character);

/// Whether a terminal may be shown the character as it is: no control characters, nothing that changes the direction
/// of text.
[[nodiscard]] bool is_displayable(char32_t character);

/// `\x1b`, `\u202e`: a visible form of a character that must not reach the terminal raw.
[[nodiscard]] std::string visible_escape(const DecodedCharacter& character);

/// The text with every character that is not displayable, and every byte that is no UTF-8, in its visible form.
[[nodiscard]] std::string printable(std::string_view text);

/// "`text`" for messages: printable, and cut where it is very long.
[[nodiscard]] std::string in_backticks(std::string_view text);

}  // namespace ibtest
