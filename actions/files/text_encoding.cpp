#include "actions/files/text_encoding.hpp"

#include <algorithm>

#include "agent/protocol/utf8.hpp"

namespace ibtest {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Takes one code point off the front; U+FFFD for a byte that is no UTF-8.
char32_t take_code_point(std::string_view& text) {
  const auto length = utf8_sequence_length(text);
  const auto byte = [&text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  char32_t code = 0xFFFD;
  if (length == 1) code = byte(0);
  if (length > 1) {
    code = byte(0) & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
      code = (code << 6U) | (byte(i) & 0x3FU);
  }
  text.remove_prefix(std::max<std::size_t>(length, 1));
  return code;
}

void append_unit(std::string& output, char32_t unit, unsigned bytes, bool big_endian) {
  for (unsigned i = 0; i < bytes; ++i) {
    const unsigned shift = 8 * (big_endian ? bytes - 1 - i : i);
    output += static_cast<char>((unit >> shift) & 0xFFU);
  }
}

void append_utf16(std::string& output, char32_t code, bool big_endian) {
  if (code < 0x10000) {
    append_unit(output, code, 2, big_endian);
    return;
  }
  append_unit(output, 0xD800 + ((code - 0x10000) >> 10U), 2, big_endian);
  append_unit(output, 0xDC00 + ((code - 0x10000) & 0x3FFU), 2, big_endian);
}

}  // namespace

bool is_big_endian(TextEncoding encoding) {
  return encoding == TextEncoding::utf16_be || encoding == TextEncoding::utf32_be;
}

std::optional<TextEncoding> encoding_from_name(std::string_view name) {
  std::string compact;
  for (const char c : name)
    compact += lower(c);
  if (std::ranges::find(encoding_names, compact) == encoding_names.end()) return std::nullopt;
  std::erase(compact, '-');
  if (compact == "utf8") return TextEncoding::utf8;
  if (compact == "utf16be") return TextEncoding::utf16_be;
  if (compact == "utf32be") return TextEncoding::utf32_be;
  return compact.starts_with("utf16") ? TextEncoding::utf16_le : TextEncoding::utf32_le;
}

std::string encode_text(std::string_view utf8, TextEncoding encoding) {
  if (encoding == TextEncoding::utf8) return std::string(utf8);
  const bool is_utf16 = encoding == TextEncoding::utf16_le || encoding == TextEncoding::utf16_be;
  std::string output;
  output.reserve(utf8.size() * (is_utf16 ? 2 : 4));
  while (!utf8.empty()) {
    const auto code = take_code_point(utf8);
    if (is_utf16) {
      append_utf16(output, code, is_big_endian(encoding));
    } else {
      append_unit(output, code, 4, is_big_endian(encoding));
    }
  }
  return output;
}

}  // namespace ibtest
