#include "agent/protocol/json_text.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace ibtest {

namespace {

constexpr std::uint64_t every_byte = 0x0101010101010101ULL;
constexpr std::uint64_t high_bits = every_byte * 0x80U;

constexpr std::uint64_t equal_bytes(std::uint64_t word, unsigned char byte) {
  const auto difference = word ^ (every_byte * byte);
  return (difference - every_byte) & ~difference;
}

/// Whether any of eight bytes may need a closer look. A borrow between bytes can only say yes too often.
bool has_special_byte(std::uint64_t word, JsonEscaping escaping) {
  auto special = word | (word - every_byte * 0x20U) | equal_bytes(word, '"') | equal_bytes(word, '\\');
  if (escaping == JsonEscaping::html) {
    special |= equal_bytes(word, '<') | equal_bytes(word, '>') | equal_bytes(word, '&');
  }
  return (special & high_bits) != 0;
}

bool is_plain_ascii(unsigned char byte, JsonEscaping escaping) {
  if (byte < 0x20 || byte == '"' || byte == '\\') return false;
  return escaping == JsonEscaping::minimal || (byte != '<' && byte != '>' && byte != '&');
}

/// U+2028 and U+2029, which end lines in JavaScript; Go escapes them.
bool is_line_separator(std::string_view text) {
  return text.size() >= 3 && text[0] == '\xE2' && text[1] == '\x80' && (text[2] == '\xA8' || text[2] == '\xA9');
}

using Escape = std::array<char, 6>;

/// "\u0000" to "\u007f"; the short forms are chosen before.
constexpr std::array<Escape, 128> unicode_escapes = [] {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<Escape, 128> escapes{};
  for (std::size_t i = 0; i < escapes.size(); ++i)
    escapes[i] = {'\\', 'u', '0', '0', digits[i / 16], digits[i % 16]};
  return escapes;
}();

}  // namespace

std::size_t json_plain_prefix(std::string_view text, JsonEscaping escaping) {
  std::size_t position = 0;
  while (position < text.size()) {
    if (position + 8 <= text.size()) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + position, sizeof word);
      if (!has_special_byte(word, escaping)) {
        position += 8;
        continue;
      }
    }
    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte < 0x80) {
      if (!is_plain_ascii(byte, escaping)) break;
      ++position;
      continue;
    }
    const auto rest = text.substr(position);
    const auto length = utf8_sequence_length(rest);
    if (length == 0 || (escaping == JsonEscaping::html && is_line_separator(rest))) break;
    position += length;
  }
  return position;
}

JsonEscape json_escape(std::string_view text, JsonEscaping escaping) {
  const auto byte = static_cast<unsigned char>(text.front());
  switch (byte) {
    case '"':
      return {"\\\""};
    case '\\':
      return {"\\\\"};
    case '\n':
      return {"\\n"};
    case '\r':
      return {"\\r"};
    case '\t':
      return {"\\t"};
    default:
      break;
  }
  if (byte < 0x80) return {{unicode_escapes[byte].data(), unicode_escapes[byte].size()}};
  if (is_line_separator(text)) return {text[2] == '\xA8' ? "\\u2028" : "\\u2029", 3};
  return {escaping == JsonEscaping::html ? "\\ufffd" : replacement_character};
}

void append_json_string(std::string& output, std::string_view text) {
  output += '"';
  escape_json(text, JsonEscaping::minimal, [&output](std::string_view piece) { output += piece; });
  output += '"';
}

}  // namespace ibtest
