#include "agent/document/yaml_explain.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <yaml-cpp/exceptions.h>

#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

/// The unquoted value that starts at `offset`, to the end of its line and without a comment behind it.
std::string_view value_on_line(const SourceText& source, std::size_t offset) {
  const SourcePosition place = source.position(offset);
  const std::string_view line = source.line(place.line);
  std::string_view value = line.substr(std::min(offset - source.line_start(place.line), line.size()));
  value = value.substr(0, value.find(" #"));
  while (!value.empty() && is_blank_or_break(value.back())) {
    value.remove_suffix(1);
  }
  return value;
}

std::string in_single_quotes(std::string_view value) {
  std::string text = "'";
  for (const char character : value) {
    text += character == '\'' ? "''" : std::string(1, character);
  }
  return text + "'";
}

std::string quote_it(std::string_view value) {
  constexpr std::size_t longest = 60;
  if (value.empty() || value.size() > longest) return "put the whole value in single quotes, or in a `|` block";
  return "write " + in_single_quotes(value);
}

/// Where the value of the line starts: after its indentation, dashes and key.
std::size_t value_start(const SourceText& source, std::size_t line_number, std::size_t limit) {
  const std::string_view line = source.line(line_number);
  const std::size_t start = source.line_start(line_number);
  std::size_t index = 0;
  while (index < line.size() &&
         (line[index] == ' ' || line[index] == '\t' || (line[index] == '-' && line.substr(index + 1, 1) == " "))) {
    ++index;
  }
  const std::size_t item = index;
  // A key reaches to the first colon with a blank after it; `limit` is where reading failed.
  const std::size_t colon = line.find(": ", index);
  if (colon != std::string_view::npos && start + colon < limit) {
    index = line.find_first_not_of(" \t", colon + 1);
    if (index == std::string_view::npos || start + index > limit) index = item;
  }
  return start + index;
}

SourceRange character_at(const SourceText& source, std::size_t offset) {
  const std::size_t end = offset < source.text().size() ? offset + decode_utf8(source.text(), offset).length : offset;
  return source.range(offset, end);
}

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

/// The quote that is open at the end of the text: the first one after the last value that nothing closes.
std::optional<std::size_t> unterminated_quote(const SourceText& source, std::size_t from) {
  const std::string_view text = source.text();
  for (std::size_t offset = from; offset < text.size(); ++offset) {
    const char character = text[offset];
    const bool may_start = offset == 0 || is_blank_or_break(text[offset - 1]) ||
                           std::string_view("[{,:").find(text[offset - 1]) != std::string_view::npos;
    if (character == '#' && may_start) {
      offset = std::min(text.find('\n', offset), text.size());
    } else if ((character == '"' || character == '\'') && may_start) {
      const auto end = quoted_end(text, offset);
      if (!end) return offset;
      offset = *end - 1;
    }
  }
  return std::nullopt;
}

void explain_unterminated(const SourceText& source, std::size_t from, std::size_t offset, Findings& findings) {
  const std::size_t quote = unterminated_quote(source, from).value_or(offset);
  findings.add("unterminated-quote"_code, character_at(source, quote), "this quote is never closed",
               "add the closing quote");
}

void explain_escape(const SourceText& source, std::size_t offset, Findings& findings) {
  // The parser stops right behind an unknown letter, or some digits into a number that is none.
  constexpr std::size_t longest_escape = 12;
  const std::string_view text = source.text();
  const auto is_wrong = [&](std::size_t at) { return text.substr(at, 1) == "\\" && !read_escape(text, at); };
  std::size_t place = offset >= 2 && is_wrong(offset - 2) && text[offset - 1] != 'U' ? offset - 2 : offset;
  for (std::size_t at = offset - std::min(offset, longest_escape); at < place; ++at) {
    if (!is_wrong(at) || (at > 0 && text[at - 1] == '\\')) continue;
    place = at;
    break;
  }
  findings.add("bad-escape"_code, source.range(place, std::min(place + 2, text.size())),
               "in double quotes " + in_backticks(text.substr(place, 2)) + " is not an escape that YAML knows",
               "use single quotes, where a backslash is a backslash, or write it twice");
}

void explain_reserved(const SourceText& source, std::size_t offset, Findings& findings) {
  const std::string_view at = source.text().substr(offset, 1);
  const std::string character = at == "`" ? "a backtick" : in_backticks(at);
  findings.add("reserved-character"_code, character_at(source, offset),
               "a value cannot start with " + character + " unless it is quoted",
               quote_it(value_on_line(source, offset)));
}

void explain_alias(const SourceText& source, std::size_t offset, Findings& findings) {
  const std::string_view value = value_on_line(source, offset);
  const std::string_view name = value.substr(0, value.find_first_of(" \t,]}"));
  findings.add("unknown-alias"_code, source.range(offset, offset + std::max<std::size_t>(1, name.size())),
               "a value that starts with `*` is an alias, and no anchor " +
                   in_backticks("&" + std::string(name.substr(std::min<std::size_t>(1, name.size())))) +
                   " stands before it",
               quote_it(value));
}

void explain_bracket(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                     Findings& findings) {
  const std::size_t place = progress.open_bracket.value_or(offset);
  const std::string_view bracket = source.text().substr(place, 1);
  if (bracket == "[" || bracket == "{") {
    findings.add("unbalanced-bracket"_code, character_at(source, place), "this bracket is never closed",
                 bracket == "[" ? "close it with `]`, or quote the value if it is a text"
                                : "close it with `}`, or quote the value if it is a text");
    return;
  }
  findings.add("unbalanced-bracket"_code, character_at(source, offset), "this bracket closes nothing",
               "remove it, or quote the value if it is a text");
}

/// Something follows a quoted value, or a closed bracket, on its line.
bool explain_text_after_value(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                              Findings& findings) {
  const SourcePosition place = source.position(offset);
  if (progress.last_end == 0 || source.position(progress.last_end - 1).line != place.line ||
      offset < progress.last_end) {
    return false;
  }
  if (progress.last_was_flow) {
    findings.add("text-after-value"_code, character_at(source, offset),
                 "a value that starts with a bracket is a list or a mapping, and nothing may follow it on its line",
                 "put the whole value in single quotes if it is a text");
    return true;
  }
  if (!progress.last_scalar) return false;
  const YamlNode& scalar = *progress.last_scalar;
  const bool is_quoted =
      scalar.style == YamlNode::Style::single_quoted || scalar.style == YamlNode::Style::double_quoted;
  if (!is_quoted || scalar.range.end.offset != progress.last_end) return false;
  const std::size_t opened = scalar.range.begin.line;
  findings.add("text-after-value"_code, character_at(source, offset), "a quoted value ends before this text",
               opened != place.line
                   ? "the quote was opened on line " + std::to_string(opened) + ": it may lack its closing quote there"
                   : "put the whole value in single quotes, or in a `|` block");
  return true;
}

/// `: ` inside an unquoted value starts a mapping where none can stand.
bool explain_colon(const SourceText& source, std::size_t offset, Findings& findings) {
  const SourcePosition place = source.position(offset);
  const std::size_t start = source.line_start(place.line);
  const std::string_view before = source.text().substr(start, offset - start);
  if (before.find(": ") == std::string_view::npos) return false;
  const std::size_t value = value_start(source, place.line, offset);
  findings.add("unquoted-colon"_code, character_at(source, offset),
               "a colon followed by a blank starts a mapping, even inside a text",
               quote_it(value_on_line(source, value)));
  return true;
}

void explain_indentation(const SourceText& source, std::size_t offset, Findings& findings) {
  const SourcePosition place = source.position(offset);
  const std::size_t start = source.line_start(place.line);
  const std::size_t blanks = std::min(source.line(place.line).find_first_not_of(' '), source.line(place.line).size());
  const std::size_t first = std::min(start + blanks, offset);
  findings.add("bad-indentation"_code, source.range(first, std::max(offset, first + 1)),
               "this line does not fit the lines before it",
               "indent it like its siblings, and check that the line before has its colon or its closing quote");
}

enum class Kind { quote, escape, bracket, reserved, alias, stray, colon, tab, block_header, dash, depth, other };

Kind kind_of(std::string_view reason) {
  namespace text = YAML::ErrorMsg;
  struct Row {
    std::string_view reason;
    Kind kind;
  };
  const auto rows = std::to_array<Row>({
      {text::EOF_IN_SCALAR, Kind::quote},
      {text::DOC_IN_SCALAR, Kind::quote},
      {text::INVALID_HEX, Kind::escape},
      {text::INVALID_UNICODE, Kind::escape},
      {text::INVALID_ESCAPE, Kind::escape},
      {text::END_OF_MAP_FLOW, Kind::bracket},
      {text::END_OF_SEQ_FLOW, Kind::bracket},
      {text::FLOW_END, Kind::bracket},
      {text::UNKNOWN_TOKEN, Kind::reserved},
      {text::ALIAS_NOT_FOUND, Kind::reserved},
      {text::ANCHOR_NOT_FOUND, Kind::reserved},
      {text::CHAR_IN_ALIAS, Kind::reserved},
      {text::CHAR_IN_ANCHOR, Kind::reserved},
      {text::UNKNOWN_ANCHOR, Kind::alias},
      {text::END_OF_MAP, Kind::stray},
      {text::END_OF_SEQ, Kind::stray},
      {text::MAP_VALUE, Kind::colon},
      {text::MAP_KEY, Kind::colon},
      {text::TAB_IN_INDENTATION, Kind::tab},
      {text::CHAR_IN_BLOCK, Kind::block_header},
      {text::ZERO_INDENT_IN_BLOCK, Kind::block_header},
      {text::BLOCK_ENTRY, Kind::dash},
      {text::BAD_FILE, Kind::depth},
  });
  for (const Row& row : rows) {
    // Some reasons go on with what was found.
    if (reason.starts_with(row.reason)) return row.kind;
  }
  return Kind::other;
}

/// The indicator that a reserved character error is about: the parser may stop right behind it.
std::size_t reserved_place(const SourceText& source, std::size_t offset) {
  constexpr std::string_view indicators = "@`%*&!|>";
  const std::string_view text = source.text();
  for (std::size_t back = 0; back <= 1 && back <= offset; ++back) {
    const std::string_view at = text.substr(offset - back, 1);
    if (!at.empty() && indicators.find(at) != std::string_view::npos) return offset - back;
  }
  return offset;
}

}  // namespace

void explain_unquoted_reference(const SourceText& source, std::size_t offset, bool in_brackets, Findings& findings) {
  std::string_view value = value_on_line(source, offset);
  const std::size_t close = value.find("}}");
  const std::size_t length = close == std::string_view::npos ? std::min<std::size_t>(2, value.size()) : close + 2;
  const std::string_view behind = value.substr(std::min(value.find_first_not_of(" \t", length), value.size()));
  const bool ends_item =
      behind.empty() || behind.starts_with(',') || behind.starts_with(']') || behind.starts_with('}');
  if (in_brackets && ends_item) value = value.substr(0, length);
  Diagnostic& finding =
      findings.add("unquoted-reference"_code, source.range(offset, offset + length),
                   "a value that starts with `{{` must be quoted, or YAML takes it for a mapping", quote_it(value));
  // A colon may end a key, and a comma an item of brackets that were opened further up.
  const bool certain = close != std::string_view::npos && value.find(": ") == std::string_view::npos &&
                       !value.ends_with(':') && !value.ends_with(',') && (!in_brackets || ends_item);
  if (certain) finding.fix = {{offset, offset + value.size(), in_single_quotes(value)}};
}

void explain_unknown_tag(const SourceText& source, std::size_t offset, const std::string& tag, Findings& findings) {
  const std::string_view text = source.text();
  const std::size_t begin = std::min(text.find('!', offset), text.size());
  const std::size_t end = std::min(text.find_first_of(" \t\r\n,[]{}", begin), text.size());
  constexpr std::array<std::string_view, 6> cloud_formation = {"!Sub", "!Ref", "!GetAtt", "!Join", "!If", "!Select"};
  const bool function = std::ranges::find(cloud_formation, tag) != cloud_formation.end();
  findings.add("unknown-tag"_code, source.range(begin, end),
               "a value that starts with `!` must be quoted, or YAML takes " +
                   in_backticks(text.substr(begin, end - begin)) + " for a tag",
               function ? std::string("functions of CloudFormation work in templates only, not in component documents")
                        : quote_it(value_on_line(source, begin)));
}

void explain_stray_text(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                        Findings& findings) {
  if (explain_tab(source, offset, findings)) return;
  if (explain_text_after_value(source, progress, offset, findings)) return;
  if (source.text().substr(offset, 1) == "%") return explain_reserved(source, offset, findings);
  explain_indentation(source, offset, findings);
}

void explain_syntax_error(const SourceText& source, const YamlBuilder::Progress& progress, std::string_view reason,
                          std::size_t offset, Findings& findings) {
  if (progress.brace_reference) {
    return explain_unquoted_reference(source, *progress.brace_reference, progress.in_brackets, findings);
  }
  const std::size_t line = source.position(offset).line;
  for (const Diagnostic& found : findings.all()) {
    // What follows a value that is explained already is a consequence of it.
    if (found.code == "unquoted-reference" && found.range.begin.line == line) return;
  }
  const Kind kind = kind_of(reason);
  if (kind != Kind::quote && kind != Kind::bracket && explain_tab(source, offset, findings)) return;
  if (kind == Kind::bracket || kind == Kind::stray || kind == Kind::colon) {
    const std::size_t value = value_start(source, line, offset);
    if (source.text().substr(value, 2) == "{{") {
      return explain_unquoted_reference(source, value, progress.in_brackets, findings);
    }
  }
  switch (kind) {
    case Kind::quote:
      return explain_unterminated(source, progress.last_end, offset, findings);
    case Kind::escape:
      return explain_escape(source, offset, findings);
    case Kind::bracket:
      return explain_bracket(source, progress, offset, findings);
    case Kind::reserved:
      return explain_reserved(source, reserved_place(source, offset), findings);
    case Kind::alias:
      return explain_alias(source, offset, findings);
    case Kind::tab:
    case Kind::stray:
      return explain_stray_text(source, progress, offset, findings);
    case Kind::colon:
      if (explain_text_after_value(source, progress, offset, findings)) return;
      if (explain_colon(source, offset, findings)) return;
      return explain_indentation(source, offset, findings);
    case Kind::block_header:
      findings.add("block-header"_code, character_at(source, offset),
                   "only indicators may follow `|` or `>` on its line",
                   "begin the text on the next line, indented; or quote the value if it starts with `|` or `>`");
      return;
    case Kind::dash:
      findings.add("bad-indentation"_code, character_at(source, offset), "a list item cannot start here",
                   "begin the list on the next line, or quote the value if it is a text that starts with `- `");
      return;
    case Kind::depth:
      findings.add("nesting-too-deep"_code, character_at(source, offset), "values are nested too deeply here",
                   "look for brackets or dashes that are repeated");
      return;
    case Kind::other:
      findings.add("yaml-syntax"_code, character_at(source, offset), "this is not valid YAML",
                   "check the brackets, quotes and indentation here; quote the value if it is a text");
      return;
  }
}

}  // namespace ibtest
