#include <algorithm>
#include <string>

#include "agent/document/diagnostic.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

constexpr std::size_t tab_width = 4;
// What fits beside the gutter of a common terminal; of a longer line the part around the caret is shown.
constexpr std::size_t line_width = 100;
constexpr std::size_t context_before_caret = 40;

struct Colors {
  std::string_view severity;
  std::string_view bold;
  std::string_view dim;
  std::string_view reset;
};

Colors colors_of(Severity severity, bool color) {
  if (!color) return {};
  constexpr std::string_view red = "\x1b[1;31m";
  constexpr std::string_view yellow = "\x1b[1;33m";
  constexpr std::string_view cyan = "\x1b[1;36m";
  const std::string_view own = severity == Severity::error ? red : severity == Severity::warning ? yellow : cyan;
  return {own, "\x1b[1m", "\x1b[2m", "\x1b[0m"};
}

struct Cell {
  std::string text;
  std::size_t width;
};

Cell cell_of(const DecodedCharacter& character, std::string_view bytes) {
  if (character.valid && character.value == '\t') return {std::string(tab_width, ' '), tab_width};
  if (character.valid && is_displayable(character.value)) return {std::string(bytes), terminal_width(character.value)};
  std::string escape = visible_escape(character);
  const std::size_t width = escape.size();
  return {std::move(escape), width};
}

struct Excerpt {
  std::string text;
  std::size_t caret = 0;   ///< columns of the terminal before it
  std::size_t length = 1;  ///< columns it underlines
};

/// The part of the line around bytes [begin, end), as columns of a terminal.
Excerpt excerpt_of(std::string_view line, std::size_t begin, std::size_t end) {
  begin = std::min(begin, line.size());
  end = std::clamp(end, begin, line.size());
  std::size_t from = 0;
  if (line.size() > line_width && begin > context_before_caret) from = begin - context_before_caret;
  while (from > 0 && from < line.size() && (static_cast<unsigned char>(line[from]) & 0xC0U) == 0x80U) {
    --from;
  }
  Excerpt excerpt;
  std::size_t columns = 0;
  if (from > 0) {
    excerpt.text = "...";
    columns = 3;
  }
  std::size_t marked = 0;
  std::size_t offset = from;
  while (offset < line.size() && columns < line_width) {
    const DecodedCharacter character = decode_utf8(line, offset);
    const Cell cell = cell_of(character, line.substr(offset, character.length));
    if (offset < begin) excerpt.caret += cell.width;
    if (offset >= begin && offset < end) marked += cell.width;
    excerpt.text += cell.text;
    columns += cell.width;
    offset += character.length;
  }
  if (from > 0) excerpt.caret += 3;
  if (offset < line.size()) excerpt.text += "...";
  excerpt.length = std::max<std::size_t>(1, marked);
  return excerpt;
}

std::string source_lines(const Diagnostic& diagnostic, const SourceText& source, const Colors& colors) {
  const SourcePosition& begin = diagnostic.range.begin;
  const SourcePosition& end = diagnostic.range.end;
  const std::size_t start = source.line_start(begin.line);
  const std::string_view line = source.line(begin.line);
  const std::size_t first = begin.offset > start ? begin.offset - start : 0;
  const std::size_t last = end.line == begin.line ? end.offset - start : end.line > begin.line ? line.size() : first;
  const Excerpt excerpt = excerpt_of(line, first, last);
  const std::string number = std::to_string(begin.line);
  const std::string gutter(std::max<std::size_t>(5, number.size()) - number.size(), ' ');
  std::string text;
  text += std::string(colors.dim) + gutter + number + " | " + std::string(colors.reset) + excerpt.text + '\n';
  text += std::string(colors.dim) + gutter + std::string(number.size(), ' ') + " | " + std::string(colors.reset);
  text += std::string(excerpt.caret, ' ') + std::string(colors.severity) + '^';
  text += std::string(excerpt.length - 1, '~') + std::string(colors.reset) + '\n';
  return text;
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const SourceText* source, bool color) {
  const Colors colors = colors_of(diagnostic.severity, color);
  const SourcePosition& begin = diagnostic.range.begin;
  std::string text = std::string(colors.bold) + printable(diagnostic.file);
  if (begin.line > 0) text += ':' + std::to_string(begin.line) + ':' + std::to_string(begin.column);
  text += ": " + std::string(colors.reset) + std::string(colors.severity);
  text += std::string(severity_name(diagnostic.severity)) + ": " + std::string(colors.reset);
  text += std::string(colors.bold) + printable(diagnostic.message) + std::string(colors.reset);
  text += " [" + diagnostic.code + "]\n";
  if (source != nullptr && begin.line > 0) text += source_lines(diagnostic, *source, colors);
  if (!diagnostic.suggestion.empty()) text += "      = " + printable(diagnostic.suggestion) + '\n';
  return text;
}

}  // namespace ibtest
