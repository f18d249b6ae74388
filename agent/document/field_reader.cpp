#include "agent/document/field_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "agent/document/nearest_name.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

std::string_view kind_name(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "empty";
    case YamlNode::Kind::scalar:
      return "a text";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
  }
  return "empty";
}

SourceRange head_range(const YamlNode& node) {
  return node.entries.empty() ? node.range : node.entries.front().key.range;
}

std::string enumerate(std::span<const std::string_view> names) {
  std::string text;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (index > 0) text += index + 1 == names.size() ? " and " : ", ";
    text += '`' + std::string(names[index]) + '`';
  }
  return text;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates, std::string otherwise) {
  const auto nearest = nearest_name(name, candidates);
  return nearest ? "did you mean " + in_backticks(*nearest) + "?" : std::move(otherwise);
}

void fix_name(Diagnostic& finding, const SourceText& source, const SourceRange& range, std::string_view name,
              std::span<const std::string_view> candidates) {
  const auto meant = certain_name(name, candidates);
  if (!meant) return;
  std::size_t begin = range.begin.offset;
  std::size_t end = range.end.offset;
  const std::string_view written = source.text().substr(begin, end - begin);
  if (written.size() >= 2 && (written.front() == '\'' || written.front() == '"')) {
    ++begin;
    --end;
  }
  if (source.text().substr(begin, end - begin) == name) finding.fix = {{begin, end, std::string(*meant)}};
}

void report_type(const YamlNode& node, std::string_view what, std::string_view expected, Findings& findings,
                 std::string suggestion) {
  const std::string problem = node.is_null() ? " but is empty" : ", not " + std::string(kind_name(node));
  findings.add("wrong-type"_code, node.is_mapping() ? head_range(node) : node.range,
               std::string(what) + " must be " + std::string(expected) + problem, std::move(suggestion));
}

bool report_name_as_key(const YamlNode& mapping, std::string_view what, std::span<const std::string_view> known,
                        Findings& findings) {
  if (mapping.entries.size() != 1 || !mapping.entries.front().value.is_mapping()) return false;
  const YamlNode& key = mapping.entries.front().key;
  if (nearest_name(key.text, known)) return false;
  findings.add("wrong-type"_code, key.range, "the name of " + std::string(what) + " is the value of `name`, not a key",
               "write " + in_backticks("- name: " + key.text) + ", and the other keys below `name`");
  return true;
}

void check_keys(const YamlNode& mapping, std::string_view what, std::span<const std::string_view> known,
                Findings& findings, const std::string& otherwise) {
  for (const YamlEntry& entry : mapping.entries) {
    const std::string_view key = entry.key.text;
    if (std::ranges::find(known, key) != known.end()) continue;
    Diagnostic& finding =
        findings.add("unknown-key"_code, entry.key.range, std::string(what) + " has no key " + in_backticks(key),
                     did_you_mean(key, known, otherwise.empty() ? "it may have " + enumerate(known) : otherwise));
    fix_name(finding, findings.source(), entry.key.range, key, known);
  }
}

const YamlNode* find_field(const YamlNode& mapping, std::string_view key, std::span<const std::string_view> known) {
  if (const YamlNode* const value = mapping.find(key)) return value;
  // Looking for near names is slow, and who has that many unknown keys has no misspelt one.
  std::size_t unknown = 0;
  for (const YamlEntry& entry : mapping.entries) {
    if (std::ranges::find(known, entry.key.text) != known.end()) continue;
    if (nearest_name(entry.key.text, known) == key) return &entry.value;
    if (++unknown == 20) break;
  }
  return nullptr;
}

std::optional<std::string> read_text(const YamlNode& node, std::string_view what, Findings& findings) {
  if (node.is_scalar()) return node.text;
  report_type(node, what, "a text", findings,
              node.is_mapping() ? "quote the value if it is a text with a colon in it" : std::string());
  return std::nullopt;
}

bool report_reference(const YamlNode& scalar, std::string_view what, Findings& findings) {
  const std::size_t open = scalar.text.find("{{");
  if (open == std::string::npos || scalar.text.find("}}", open) == std::string::npos) return false;
  findings.add("reference-not-allowed"_code, scalar.range, "references are not resolved in " + std::string(what),
               "write the value itself; references work in `inputs`, in `forEach` and in the operands of `if`");
  return true;
}

bool is_integer(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

std::optional<std::int64_t> read_integer(const YamlNode& node, std::string_view what, Findings& findings) {
  if (!node.is_scalar()) {
    report_type(node, what, "a whole number", findings);
    return std::nullopt;
  }
  if (report_reference(node, what, findings)) return std::nullopt;
  std::string_view text = node.text;
  if (node.style != YamlNode::Style::plain) {
    findings.add("wrong-type"_code, node.range, std::string(what) + " must be a whole number, not a quoted text",
                 is_integer(text) ? "remove the quotes" : std::string());
    return std::nullopt;
  }
  std::int64_t value = 0;
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
  if (digits.size() > 1 && digits.starts_with('0') && is_integer(text)) {
    findings.add("wrong-type"_code, node.range,
                 std::string(what) + " starts with a zero, which YAML may take for octal",
                 "write it without leading zeros");
    return std::nullopt;
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!is_integer(node.text) || end != text.data() + text.size() || error != std::errc()) {
    const bool out_of_range = is_integer(node.text);
    findings.add("wrong-type"_code, node.range,
                 std::string(what) + " must be a whole number, not " + in_backticks(node.text),
                 out_of_range ? (negative ? "the number is too small" : "the number is too large")
                              : "write digits only, without a unit or a fraction");
    return std::nullopt;
  }
  return value;
}

std::string boolean_meant(std::string_view text) {
  constexpr std::array<std::string_view, 5> yes = {"yes", "y", "on", "1", "enabled"};
  constexpr std::array<std::string_view, 5> no = {"no", "n", "off", "0", "disabled"};
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (std::ranges::find(yes, lower) != yes.end()) return "write `true`";
  return std::ranges::find(no, lower) != no.end() ? "write `false`" : "";
}

std::optional<bool> read_boolean(const YamlNode& node, std::string_view what, Findings& findings) {
  if (node.is_scalar() && node.style == YamlNode::Style::plain) {
    constexpr std::array<std::string_view, 3> yes = {"true", "True", "TRUE"};
    constexpr std::array<std::string_view, 3> no = {"false", "False", "FALSE"};
    if (std::ranges::find(yes, node.text) != yes.end()) return true;
    if (std::ranges::find(no, node.text) != no.end()) return false;
  }
  if (!node.is_scalar()) {
    report_type(node, what, "`true` or `false`", findings);
  } else if (!report_reference(node, what, findings)) {
    findings.add("wrong-type"_code, node.range,
                 std::string(what) + " must be `true` or `false`, not " + in_backticks(node.text) +
                     (node.style == YamlNode::Style::plain ? "" : " in quotes"),
                 node.style == YamlNode::Style::plain ? boolean_meant(node.text) : std::string("remove the quotes"));
  }
  return std::nullopt;
}

}  // namespace ibtest
