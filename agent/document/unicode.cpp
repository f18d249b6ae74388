#include "agent/document/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <iterator>

namespace ibtest {

namespace {

struct CharacterRange {
  char32_t first;
  char32_t last;
};

// Ranges of Unicode that every common terminal draws two columns wide.
constexpr std::array wide_ranges = {
    CharacterRange{0x1100, 0x115F},   CharacterRange{0x231A, 0x231B},   CharacterRange{0x2329, 0x232A},
    CharacterRange{0x23E9, 0x23EC},   CharacterRange{0x25FD, 0x25FE},   CharacterRange{0x2614, 0x2615},
    CharacterRange{0x2648, 0x2653},   CharacterRange{0x26AA, 0x26AB},   CharacterRange{0x26BD, 0x26BE},
    CharacterRange{0x2705, 0x2705},   CharacterRange{0x270A, 0x270B},   CharacterRange{0x2728, 0x2728},
    CharacterRange{0x274C, 0x274C},   CharacterRange{0x2753, 0x2755},   CharacterRange{0x2795, 0x2797},
    CharacterRange{0x2B1B, 0x2B1C},   CharacterRange{0x2E80, 0x303E},   CharacterRange{0x3041, 0x33FF},
    CharacterRange{0x3400, 0x4DBF},   CharacterRange{0x4E00, 0x9FFF},   CharacterRange{0xA000, 0xA4CF},
    CharacterRange{0xA960, 0xA97F},   CharacterRange{0xAC00, 0xD7A3},   CharacterRange{0xF900, 0xFAFF},
    CharacterRange{0xFE30, 0xFE6F},   CharacterRange{0xFF00, 0xFF60},   CharacterRange{0xFFE0, 0xFFE6},
    CharacterRange{0x17000, 0x18CFF}, CharacterRange{0x1B000, 0x1B2FF}, CharacterRange{0x1F300, 0x1F64F},
    CharacterRange{0x1F680, 0x1F6FF}, CharacterRange{0x1F900, 0x1F9FF}, CharacterRange{0x1FA70, 0x1FAFF},
    CharacterRange{0x20000, 0x3FFFD},
};

constexpr std::array zero_width_ranges = {
    CharacterRange{0x0300, 0x036F},   CharacterRange{0x0483, 0x0489}, CharacterRange{0x0591, 0x05BD},
    CharacterRange{0x0610, 0x061A},   CharacterRange{0x064B, 0x065F}, CharacterRange{0x0900, 0x0902},
    CharacterRange{0x1AB0, 0x1AFF},   CharacterRange{0x1DC0, 0x1DFF}, CharacterRange{0x200B, 0x200D},
    CharacterRange{0x20D0, 0x20FF},   CharacterRange{0xFE00, 0xFE0F}, CharacterRange{0xFE20, 0xFE2F},
    CharacterRange{0xE0100, 0xE01EF},
};

// Marks, overrides and isolates of text direction: they can make a line read differently from what it is.
constexpr std::array direction_ranges = {
    CharacterRange{0x061C, 0x061C}, CharacterRange{0x200E, 0x200F}, CharacterRange{0x2028, 0x202E},
    CharacterRange{0x2066, 0x2069}, CharacterRange{0xFEFF, 0xFEFF},
};

template <std::size_t Size>
bool contains(const std::array<CharacterRange, Size>& ranges, char32_t character) {
  const auto after = std::ranges::upper_bound(ranges, character, {}, &CharacterRange::first);
  return after != ranges.begin() && character <= std::prev(after)->last;
}

}  // namespace

DecodedCharacter decode_utf8(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[offset + index]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const DecodedCharacter invalid = {lead, 1, false};
  std::size_t length = 0;
  char32_t value = 0;
  char32_t smallest = 0;
  if ((lead & 0xE0U) == 0xC0U) {
    length = 2, value = lead & 0x1FU, smallest = 0x80;
  } else if ((lead & 0xF0U) == 0xE0U) {
    length = 3, value = lead & 0x0FU, smallest = 0x800;
  } else if ((lead & 0xF8U) == 0xF0U) {
    length = 4, value = lead & 0x07U, smallest = 0x10000;
  } else {
    return invalid;
  }
  if (offset + length > text.size()) return invalid;
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(index) & 0xC0U) != 0x80U) return invalid;
    value = (value << 6U) | (byte(index) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest || value > 0x10FFFF || surrogate) return invalid;
  return {value, length, true};
}

std::size_t terminal_width(char32_t character) {
  if (character < 0x300) return 1;
  if (contains(zero_width_ranges, character)) return 0;
  return contains(wide_ranges, character) ? 2 : 1;
}

bool is_displayable(char32_t character) {
  if (character < 0x20 || (character >= 0x7F && character <= 0x9F)) return false;
  if (character < 0x300) return true;
  const bool noncharacter = (character & 0xFFFEU) == 0xFFFEU;
  return !noncharacter && !contains(direction_ranges, character);
}

std::string visible_escape(const DecodedCharacter& character) {
  const auto value = static_cast<unsigned>(character.value);
  if (character.valid && value == '\n') return "\\n";
  if (character.valid && value == '\r') return "\\r";
  if (character.valid && value == '\t') return "\\t";
  std::array<char, 16> text{};
  const char* format = value <= 0xFF ? "\\x%02x" : "\\u%04x";
  const int length = std::snprintf(text.data(), text.size(), format, value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const DecodedCharacter character = decode_utf8(text, offset);
    if (character.valid && is_displayable(character.value)) {
      result += text.substr(offset, character.length);
    } else {
      result += visible_escape(character);
    }
    offset += character.length;
  }
  return result;
}

std::string in_backticks(std::string_view text) {
  constexpr std::size_t longest = 72;
  if (text.empty()) return "`\"\"`";
  std::size_t end = std::min(text.size(), longest);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return '`' + printable(text.substr(0, end)) + (end < text.size() ? "...`" : "`");
}

}  // namespace ibtest
