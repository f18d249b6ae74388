#include "agent/document/yaml_explain.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <yaml-cpp/exceptions.h>

#include "agent/document/scalar_source.hpp"
#include "agent/document/written_value.hpp"
#include "agent/document/yaml_explain_lines.hpp"
#include "agent/document/yaml_explain_values.hpp"

namespace ibtest {

namespace {

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

void explain_stray_text(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                        Findings& findings) {
  if (explain_tab(source, offset, findings)) return;
  if (explain_text_after_value(source, progress, offset, findings)) return;
  if (source.text().substr(offset, 1) == "%") return explain_reserved(source, offset, findings);
  explain_misfit(source, offset, findings);
}

void explain_syntax_error(const SourceText& source, const YamlBuilder::Progress& progress, std::string_view reason,
                          std::size_t offset, Findings& findings) {
  if (progress.brace_reference) {
    return explain_unquoted_reference(source, *progress.brace_reference, progress.in_brackets, findings);
  }
  const std::size_t line = source.position(offset).line;
  for (const Diagnostic& found : findings.all()) {
    // What follows a value that is explained already is a consequence of it.
    const bool explains_line =
        found.code == "unquoted-reference" || found.code == "key-not-text" || found.code == "unquoted-colon";
    if (explains_line && found.range.begin.line == line) return;
  }
  const Kind kind = kind_of(reason);
  if (kind != Kind::quote && kind != Kind::bracket && explain_tab(source, offset, findings)) return;
  if (kind == Kind::bracket || kind == Kind::stray || kind == Kind::colon) {
    const std::size_t value = value_start(source, line, offset);
    if (source.text().substr(value, 2) == "{{") {
      return explain_unquoted_reference(source, value, progress.in_brackets, findings);
    }
  }
  const bool may_follow_colon =
      kind == Kind::bracket || kind == Kind::reserved || kind == Kind::stray || kind == Kind::block_header;
  if (may_follow_colon && !progress.open_bracket && explain_colon_in_text(source, offset, findings)) return;
  switch (kind) {
    case Kind::quote:
      return explain_open_quote(source, unterminated_quote(source, progress.last_end).value_or(offset), findings);
    case Kind::escape:
      return explain_escape(source, offset, findings);
    case Kind::bracket:
      return explain_bracket(source, progress, offset, findings);
    case Kind::reserved:
      return explain_reserved(source, reserved_place(source, offset), findings);
    case Kind::alias:
      return explain_alias(source, progress, offset, findings);
    case Kind::tab:
    case Kind::stray:
      return explain_stray_text(source, progress, offset, findings);
    case Kind::colon:
      if (explain_text_after_value(source, progress, offset, findings)) return;
      if (explain_colon(source, offset, findings)) return;
      return explain_misfit(source, offset, findings);
    case Kind::block_header:
      if (explain_text_after_value(source, progress, offset, findings)) return;
      findings.add(
          "block-header"_code, character_at(source, offset), "only indicators may follow `|` or `>` on its line",
          "begin the text on the next line, indented; or " +
              quote_it(value_on_line(source, value_start(source, line, offset))) + " if the text starts with it");
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
      if (source.line(line).starts_with('%')) {
        const std::size_t start = source.line_start(line);
        findings.add("yaml-directive"_code, source.range(start, start + source.line(line).size()),
                     "this YAML directive is malformed", "write `%YAML 1.2` and `---` below it, or remove the line");
        return;
      }
      findings.add("yaml-syntax"_code, character_at(source, offset), "this is not valid YAML",
                   "check the brackets, quotes and indentation here; quote the value if it is a text");
      return;
  }
}

}  // namespace ibtest
