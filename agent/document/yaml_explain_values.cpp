#include "agent/document/yaml_explain_values.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "agent/document/field_reader.hpp"
#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"
#include "agent/document/written_value.hpp"

namespace ibtest {

namespace {

/// `'echo 'hi''`: quotes inside quotes of the same kind end them. Gives what the outermost ones hold, or all of the
/// value when something stands apart behind it.
std::string_view without_outer_quotes(const SourceText& source, const SourceRange& quoted) {
  const std::string_view value = value_on_line(source, quoted.begin.offset);
  const std::size_t end = quoted.end.offset - quoted.begin.offset;
  const bool is_apart = end >= value.size() || value[end] == ' ' || value[end] == '\t';
  return is_apart || value.front() != value.back() ? value : value.substr(1, value.size() - 2);
}

/// The length of the bracketed value that the text starts with, when its bracket is closed.
std::optional<std::size_t> bracketed_length(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t offset = 0; offset < text.size(); ++offset) {
    if (text[offset] == '[' || text[offset] == '{') ++depth;
    if ((text[offset] == ']' || text[offset] == '}') && (depth == 0 || --depth == 0)) return offset + 1;
  }
  return std::nullopt;
}

/// The end of a bracketed value on this line before `offset`: the scanner may be ahead of what was built.
std::optional<std::size_t> closed_bracket(const SourceText& source, std::size_t value, std::size_t offset) {
  const std::string_view opening = source.text().substr(value, 1);
  if (opening != "[" && opening != "{") return std::nullopt;
  const auto length = bracketed_length(source.text().substr(value, offset - value));
  return length ? std::optional(value + *length) : std::nullopt;
}

/// Whether two values stand side by side: a quote or bracket opens right behind a quote or bracket that closed.
bool lacks_comma(std::string_view text, std::size_t offset) {
  constexpr std::string_view opening = "\"'{[";
  constexpr std::string_view closing = "\"'}]";
  const std::size_t before = offset == 0 ? std::string_view::npos : text.find_last_not_of(" \t\r\n", offset - 1);
  return offset < text.size() && before != std::string_view::npos &&
         opening.find(text[offset]) != std::string_view::npos && closing.find(text[before]) != std::string_view::npos;
}

}  // namespace

SourceRange character_at(const SourceText& source, std::size_t offset) {
  const std::size_t end = offset < source.text().size() ? offset + decode_utf8(source.text(), offset).length : offset;
  return source.range(offset, end);
}

bool explain_colon_in_text(const SourceText& source, std::size_t offset, Findings& findings) {
  const SourcePosition place = source.position(offset);
  const std::size_t start = source.line_start(place.line);
  const std::size_t item = value_start(source, place.line, start);
  const std::string_view before = source.text().substr(item, std::max(offset, item) - item);
  const std::size_t colon = before.find(": ");
  const std::string_view key = before.substr(0, std::min(colon, before.size()));
  if (colon == std::string_view::npos || key.find(' ') == std::string_view::npos) return false;
  if (std::string_view("'\"[{").find(key.front()) != std::string_view::npos) return false;
  findings.add("unquoted-colon"_code, character_at(source, item + colon),
               "a colon followed by a blank starts a mapping, even inside a text",
               quote_it(value_on_line(source, item)));
  return true;
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

void explain_alias(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                   Findings& findings) {
  const std::string_view value = value_on_line(source, offset);
  const std::string_view name = value.substr(0, value.find_first_of(" \t,]}"));
  const std::vector<std::string_view> aliases(progress.aliases.begin(), progress.aliases.end());
  findings.add("unknown-alias"_code, source.range(offset, offset + std::max<std::size_t>(1, name.size())),
               "a value that starts with `*` is an alias, and no anchor " +
                   in_backticks("&" + std::string(name.substr(std::min<std::size_t>(1, name.size())))) +
                   " stands before it",
               did_you_mean(name, aliases, quote_it(value)));
}

void explain_bracket(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                     Findings& findings) {
  if (progress.open_bracket && lacks_comma(source.text(), offset)) {
    findings.add("missing-comma"_code, character_at(source, offset), "a comma is missing before this value",
                 "inside brackets, put a comma behind each value but the last");
    return;
  }
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

bool explain_text_after_value(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                              Findings& findings) {
  const SourcePosition place = source.position(offset);
  const std::size_t value = std::min(value_start(source, place.line, offset), offset);
  const bool ended_here =
      progress.last_end > 0 && offset >= progress.last_end && source.position(progress.last_end - 1).line == place.line;
  const auto bracket =
      ended_here && progress.last_was_flow ? std::optional(progress.last_end) : closed_bracket(source, value, offset);
  const auto report = [&](std::size_t end, std::string message, std::string suggestion) {
    const std::size_t behind = std::min(source.text().find_first_not_of(" \t", end), offset);
    findings.add("text-after-value"_code, character_at(source, behind), std::move(message), std::move(suggestion));
  };
  if (bracket) {
    report(*bracket, "a value that starts with a bracket is a list or a mapping, and nothing may follow it on its line",
           quote_it(value_on_line(source, value)));
    return true;
  }
  if (source.text().substr(value, 1) == "*" && value < offset) {
    report(std::min(source.text().find_first_of(" \t", value), offset),
           "an alias stands for a whole value, and nothing may follow it on its line",
           quote_it(value_on_line(source, value)) + " if it is a text, or write the value of the alias out");
    return true;
  }
  if (!ended_here || !progress.last_scalar) return false;
  const YamlNode& scalar = *progress.last_scalar;
  const bool is_quoted =
      scalar.style == YamlNode::Style::single_quoted || scalar.style == YamlNode::Style::double_quoted;
  if (!is_quoted || scalar.range.end.offset != progress.last_end) return false;
  const std::size_t opened = scalar.range.begin.line;
  report(progress.last_end, "a quoted value ends before this text",
         opened != place.line
             ? "the quote was opened on line " + std::to_string(opened) + ": it may lack its closing quote there"
             : quote_it(without_outer_quotes(source, scalar.range)));
  return true;
}

bool explain_colon(const SourceText& source, std::size_t offset, Findings& findings) {
  if (explain_colon_in_text(source, offset, findings)) return true;
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

void explain_open_quote(const SourceText& source, std::size_t offset, Findings& findings) {
  if (explain_colon_in_text(source, offset, findings)) return;
  findings.add("unterminated-quote"_code, character_at(source, offset), "this quote is never closed",
               "add the closing quote");
}

void explain_unquoted_reference(const SourceText& source, std::size_t offset, bool in_brackets, Findings& findings) {
  if (explain_colon_in_text(source, offset, findings)) return;
  std::string_view value = value_on_line(source, offset);
  const std::size_t close = value.find("}}");
  const std::size_t length = close == std::string_view::npos ? std::min<std::size_t>(2, value.size()) : close + 2;
  const std::string_view behind = value.substr(std::min(value.find_first_not_of(" \t", length), value.size()));
  const bool ends_item =
      behind.empty() || behind.starts_with(',') || behind.starts_with(']') || behind.starts_with('}');
  if (in_brackets) value = value.substr(0, ends_item ? length : value.find_first_of(",[]{}", length));
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
  findings.add(
      "unknown-tag"_code, source.range(begin, end),
      "a value that starts with `!` must be quoted, or YAML takes " + in_backticks(text.substr(begin, end - begin)) +
          " for a tag",
      function
          ? std::string(
                "functions of CloudFormation work in templates only; take the value from a parameter of the component")
          : quote_it(value_on_line(source, begin)));
}

void explain_empty_key(const SourceText& source, std::size_t offset, Findings& findings) {
  findings.add("key-not-text"_code, character_at(source, offset), "nothing stands before this colon",
               quote_it(value_on_line(source, offset)) + ", or write a key before the colon");
}

}  // namespace ibtest
