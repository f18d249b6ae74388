#include "agent/document/yaml_explain_lines.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

/// A line with text on it, by what decides where it belongs.
struct Line {
  std::size_t number = 0;
  std::size_t indentation = 0;  ///< blanks before its first character
  std::size_t column = 0;       ///< blanks and dashes before its key or value
  std::string_view text;        ///< from there on, without blanks at its end

  [[nodiscard]] bool is_item() const { return column > indentation; }
};

std::optional<Line> line_at(const SourceText& source, std::size_t number) {
  const std::string_view text = source.line(number);
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos || text[first] == '#') return std::nullopt;
  Line line{number, first, first, {}};
  while (text.substr(line.column, 2) == "- ")
    line.column = std::min(text.find_first_not_of(' ', line.column + 1), text.size());
  const std::size_t last = text.find_last_not_of(" \t\r");
  line.text = text.substr(line.column, std::max(last + 1, line.column) - line.column);
  return line;
}

std::optional<Line> line_before(const SourceText& source, std::size_t number) {
  while (number > 1 && --number > 0) {
    if (auto line = line_at(source, number)) return line;
  }
  return std::nullopt;
}

/// `action ExecuteBash`, or `action:ExecuteBash`: the key of a document that the line begins with; empty for none.
std::string_view word_of_key(std::string_view text) {
  constexpr auto keys = std::to_array<std::string_view>(
      {"name",      "description", "schemaVersion", "parameters", "constants",      "phases",      "disableLogging",
       "steps",     "action",      "inputs",        "onFailure",  "timeoutSeconds", "maxAttempts", "loop",
       "for",       "forEach",     "start",         "end",        "updateBy",       "list",        "delimiter",
       "if",        "then",        "else",          "type",       "default",        "value",       "allowedValues",
       "commands",  "path",        "arguments",     "content",    "source",         "destination", "overwrite",
       "owner",     "group",       "permissions",   "force",      "encoding",       "recursive",   "checksum",
       "algorithm", "file",        "properties",    "target"});
  const std::string_view word = text.substr(0, text.find_first_of(" :"));
  return std::ranges::find(keys, word) != keys.end() ? word : std::string_view();
}

/// The line before has the place of a key and no colon: the parser sees that only when the next key comes.
bool explain_missing_colon(const SourceText& source, const Line& line, Findings& findings) {
  const auto before = line_before(source, line.number);
  if (!before || before->column != line.indentation || line.is_item()) return false;
  if (before->text.find(": ") != std::string_view::npos || before->text.ends_with(':')) return false;
  const std::string_view word = word_of_key(before->text);
  if (word.empty()) {
    const std::size_t first = source.line_start(before->number) + before->column;
    report_stray_line(source.range(first, first + before->text.size()), findings);
    return true;
  }
  const std::string_view rest = before->text.substr(word.size());
  const std::size_t begin = source.line_start(before->number) + before->column;
  const bool lacks_blank = rest.starts_with(':');
  const std::string_view value = lacks_blank ? rest.substr(1) : rest;
  const std::size_t blanks = std::min(value.find_first_not_of(' '), value.size());
  std::string written(word);
  written += blanks == value.size() ? ":" : ": " + std::string(value.substr(blanks));
  findings.add("missing-colon"_code, source.range(begin, begin + before->text.size()),
               lacks_blank ? "a blank is missing after the colon of this key" : "a colon is missing after this key",
               "write " + in_backticks(written));
  return true;
}

/// The nearest line above that this one was probably meant to stand under: one of its kind, a few columns off.
std::optional<Line> sibling_of(const SourceText& source, const Line& line) {
  constexpr std::size_t most_lines = 50;
  constexpr std::size_t most_columns = 3;
  std::optional<Line> nearest;
  std::size_t least = most_columns + 1;
  for (std::size_t number = line.number; number > 1 && line.number - number < most_lines; --number) {
    const auto other = line_at(source, number - 1);
    if (!other || (line.is_item() && !other->is_item())) continue;
    const std::size_t column = line.is_item() ? other->indentation : other->column;
    const std::size_t distance = column > line.indentation ? column - line.indentation : line.indentation - column;
    if (distance == 0 || distance >= least) continue;
    nearest = other;
    least = distance;
  }
  return nearest;
}

}  // namespace

bool explain_tab(const SourceText& source, std::size_t offset, Findings& findings) {
  const SourcePosition place = source.position(offset);
  const std::string_view line = source.line(place.line);
  const std::size_t blanks = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t tab = line.substr(0, blanks).find('\t');
  if (tab == std::string_view::npos) return false;
  const std::size_t start = source.line_start(place.line);
  findings.add("tab-indentation"_code, source.range(start + tab, start + blanks), "a tab is used as indentation",
               "indent with spaces");
  return true;
}

/// A blank that is none for YAML, such as those that web pages and word processors put in.
bool explain_strange_blank(const SourceText& source, std::size_t line, Findings& findings) {
  const std::string_view text = source.line(line);
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return false;
  const DecodedCharacter character = decode_utf8(text, first);
  const char32_t value = character.value;
  const bool is_blank = value == 0xA0 || (value >= 0x2000 && value <= 0x200B) || value == 0x202F || value == 0x3000;
  if (!character.valid || !is_blank) return false;
  const std::size_t begin = source.line_start(line) + first;
  findings.add("bad-indentation"_code, source.range(begin, begin + character.length),
               "this blank is no ordinary one, and YAML takes it for text", "replace it by a blank of the space bar");
  return true;
}

void report_stray_line(const SourceRange& range, Findings& findings) {
  findings.add("missing-colon"_code, range, "this text is neither a key with a colon nor part of a value",
               "add a colon if it is a key; indent it if it continues the value before");
}

void explain_misfit(const SourceText& source, std::size_t offset, Findings& findings) {
  const SourcePosition place = source.position(offset);
  const auto line = line_at(source, place.line);
  const auto before = line_before(source, place.line);
  if (explain_strange_blank(source, place.line, findings)) return;
  if (before && explain_strange_blank(source, before->number, findings)) return;
  const std::size_t start = source.line_start(place.line);
  const std::size_t first = std::min(start + (line ? line->indentation : 0), offset);
  if (line && explain_missing_colon(source, *line, findings)) return;
  std::string suggestion = "indent it like its siblings";
  if (const auto sibling = line ? sibling_of(source, *line) : std::nullopt) {
    const std::size_t column = line->is_item() ? sibling->indentation : sibling->column;
    suggestion = (column == 0 ? "begin it in the first column" : "indent it by " + std::to_string(column) + " blanks") +
                 ", like line " + std::to_string(sibling->number);
  }
  findings.add("bad-indentation"_code, source.range(first, std::max(offset, first + 1)),
               "this line does not fit the lines before it",
               suggestion + ", and check that the line before has its colon or its closing quote");
}

}  // namespace ibtest
