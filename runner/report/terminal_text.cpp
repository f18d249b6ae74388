#include "runner/report/terminal_text.hpp"

#include <fmt/format.h>

#include "agent/document/unicode.hpp"
#include "agent/protocol/utf8.hpp"

namespace ibtest {

namespace {

constexpr std::size_t tab_stop = 8;

// Bytes of the escape sequence at the start of `text`, which begins with ESC; all of it when it has no end.
std::size_t escape_sequence_length(std::string_view text) {
  if (text.size() < 2) return 1;
  const char kind = text[1];
  if (kind == '[') {
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] >= '@' && text[i] <= '~') return i + 1;
      if (text[i] < ' ') return i;  // broken off by another control character
    }
    return text.size();
  }
  if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_') {
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == '\x1b') return i + 1 < text.size() && text[i + 1] == '\\' ? i + 2 : i;
    }
    return text.size();
  }
  std::size_t i = 1;
  while (i < text.size() && text[i] >= ' ' && text[i] <= '/')
    ++i;  // intermediates, as in "ESC ( B"
  return i < text.size() && text[i] >= '0' && text[i] <= '~' ? i + 1 : i;
}

// What a terminal would still show of a line that was overwritten in place.
std::string_view last_visible(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n'))
    line.remove_suffix(1);
  const std::size_t overwritten = line.rfind('\r');
  return overwritten == std::string_view::npos ? line : line.substr(overwritten + 1);
}

}  // namespace

std::string harmless(std::string_view line) {
  line = last_visible(line);
  std::string result;
  result.reserve(line.size());
  std::size_t column = 0;
  while (!line.empty()) {
    const char first = line.front();
    if (first == '\x1b') {
      line.remove_prefix(escape_sequence_length(line));
      continue;
    }
    if (first == '\t') {
      const std::size_t blanks = tab_stop - column % tab_stop;
      result.append(blanks, ' ');
      column += blanks;
      line.remove_prefix(1);
      continue;
    }
    const DecodedCharacter character = decode_utf8(line, 0);
    if (!character.valid || !is_displayable(character.value)) {
      result += replacement_character;
      ++column;
    } else {
      result += line.substr(0, character.length);
      column += terminal_width(character.value);
    }
    line.remove_prefix(character.length);
  }
  return result;
}

std::string harmless_block(std::string_view text, std::string_view indent) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.remove_suffix(1);
  std::string result;
  for (;;) {
    const std::size_t line_end = text.find('\n');
    result += harmless(text.substr(0, line_end));
    if (line_end == std::string_view::npos) return result;
    result += '\n';
    result += indent;
    text.remove_prefix(line_end + 1);
  }
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const DecodedCharacter character = decode_utf8(text, 0);
    width += terminal_width(character.value);
    text.remove_prefix(character.length);
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t width, bool ascii) {
  const std::string_view mark = ascii ? "..." : "…";
  const std::size_t mark_width = ascii ? 3 : 1;
  std::size_t used = 0;
  std::size_t fits = 0;  // bytes that leave room for the mark
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    used += terminal_width(character.value);
    if (used > width) {
      if (width < mark_width) return std::string(width, '.');
      return std::string(text.substr(0, fits)) + std::string(mark);
    }
    at += character.length;
    if (used + mark_width <= width) fits = at;
  }
  return std::string(text);
}

std::string pad_to_width(std::string_view text, std::size_t width) {
  std::string result(text);
  const std::size_t used = display_width(text);
  if (used < width) result.append(width - used, ' ');
  return result;
}

std::string format_duration(std::int64_t milliseconds) {
  if (milliseconds < 0) milliseconds = 0;
  if (milliseconds < 100) return fmt::format("{} ms", milliseconds);
  // Rounded first, so that 59.96 s does not read "60.0 s".
  const std::int64_t tenths = (milliseconds + 50) / 100;
  if (tenths < 600) return fmt::format("{}.{} s", tenths / 10, tenths % 10);
  const std::int64_t seconds = (milliseconds + 500) / 1000;
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace ibtest
