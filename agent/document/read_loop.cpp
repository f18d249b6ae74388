#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "agent/document/document_keys.hpp"
#include "agent/document/document_parts.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

/// Whether the text is one of the delimiters that splitting knows.
bool is_delimiter(std::string_view text) {
  return std::ranges::find(delimiters, text) != delimiters.end();
}

std::optional<std::int64_t> read_bound(const YamlNode& node, std::string_view key, Findings& findings) {
  const YamlNode* bound = find_field(node, key, for_keys);
  if (bound == nullptr) {
    findings.add("missing-key"_code, head_range(node), "`for` has no " + in_backticks(key),
                 key == "updateBy" ? "add it, e.g. `updateBy: 1`" : "`for` needs " + enumerate(for_keys));
    return std::nullopt;
  }
  return read_integer(*bound, in_backticks(key), findings);
}

/// The number with the other sign, as text: it may be the smallest there is.
std::string opposite(std::string_view number) {
  if (number.starts_with('-')) return std::string(number.substr(1));
  return "-" + std::string(number.substr(number.starts_with('+') ? 1 : 0));
}

std::optional<ForLoop> read_for(const YamlNode& node, Findings& findings) {
  if (!node.is_mapping()) {
    report_type(node, "`for`", "a mapping with `start`, `end` and `updateBy`", findings);
    return std::nullopt;
  }
  check_keys(node, "`for`", for_keys, findings);
  const auto start = read_bound(node, "start", findings);
  const auto end = read_bound(node, "end", findings);
  const auto update_by = read_bound(node, "updateBy", findings);
  if (!start || !end || !update_by) return std::nullopt;
  const YamlNode& update = *find_field(node, "updateBy", for_keys);
  if (!may_be(for_fields, "updateBy", *update_by)) {
    findings.add("loop-range"_code, update.range, "`updateBy` must not be 0: the loop would never end",
                 "write e.g. `updateBy: 1`");
  } else if ((*start < *end && *update_by < 0) || (*start > *end && *update_by > 0)) {
    findings.add("loop-range"_code, update.range,
                 "counting by " + std::to_string(*update_by) + " leads away from the `end` of the loop",
                 "write `updateBy: " + opposite(update.text) + "`, or swap `start` and `end`");
  }
  return ForLoop{*start, *end, *update_by};
}

std::string suggest_delimiter(const YamlNode& node) {
  if (!node.is_scalar()) return {};
  if (node.text == "\\n" || node.text == "\\t") return "write \"" + node.text + "\" in double quotes";
  const std::size_t first = node.text.find_first_not_of(' ');
  const std::size_t last = node.text.find_last_not_of(' ');
  if (first != std::string::npos && first == last && is_delimiter(node.text.substr(first, 1)))
    return "write '" + node.text.substr(first, 1) + "', and remove the blanks from the list: they are not trimmed";
  return "put one of these between the values";
}

void read_delimiter(const YamlNode& node, ForEachLoop& loop, Findings& findings) {
  if (node.is_scalar() && report_reference(node, "`delimiter`", findings)) return;
  if (node.is_scalar() && is_delimiter(node.text)) {
    loop.delimiter = node.text;
    return;
  }
  findings.add("loop-delimiter"_code, node.range,
               "`delimiter` must be one of `.` `,` `;` `:` `-` `_`, a blank, a tab or a line feed",
               suggest_delimiter(node));
}

std::optional<ForEachLoop> read_for_each(const YamlNode& node, Findings& findings) {
  ForEachLoop loop;
  if (node.is_sequence()) {
    if (node.items.empty())
      findings.add("loop-empty"_code, node.range, "`forEach` must hold at least one item",
                   "list the values, or remove the loop");
    for (const YamlNode& item : node.items) {
      if (read_text(item, "an item of `forEach`", findings)) loop.items.push_back(item);
    }
    return loop;
  }
  if (!node.is_mapping()) {
    report_type(node, "`forEach`", "a list, or a mapping with `list`", findings);
    return std::nullopt;
  }
  check_keys(node, "`forEach`", for_each_keys, findings);
  if (const YamlNode* list = node.find("list")) {
    if (read_text(*list, "`list`", findings)) loop.list = *list;
  } else {
    findings.add("missing-key"_code, head_range(node), "`forEach` has no `list`", "add `list`, the text to split");
  }
  if (const YamlNode* delimiter = node.find("delimiter")) read_delimiter(*delimiter, loop, findings);
  return loop;
}

std::string read_loop_name(const YamlNode& node, Findings& findings) {
  const YamlNode* name = node.find("name");
  if (name == nullptr || name->is_null()) return {};
  const auto text = read_text(*name, "the `name` of a loop", findings);
  if (!text || text->empty() || report_reference(*name, "the `name` of a loop", findings)) return {};
  const bool is_loop = *text == unnamed_loop;
  if (is_loop || !is_name_text(*text)) {
    findings.add("loop-name"_code, name->range,
                 is_loop
                     ? "a loop must not be named `loop`: `{{ loop.value }}` works without a name"
                     : "the name of a loop may only hold letters, digits, `-` and `_`, unlike " + in_backticks(*text),
                 is_loop ? "remove the name" : suggest_name(*text));
  }
  return *text;
}

}  // namespace

Loop read_loop(const YamlNode& node, Findings& findings) {
  Loop loop;
  loop.range = head_range(node);
  if (!node.is_mapping()) {
    report_type(node, "`loop`", "a mapping with `for` or `forEach`", findings,
                node.is_sequence() ? "write `forEach:` below `loop:`, and the list below that, indented" : "");
    return loop;
  }
  check_keys(node, "a loop", loop_keys, findings);
  loop.name = read_loop_name(node, findings);
  if (!loop.name.empty()) loop.range = node.find("name")->range;
  const YamlNode* counting = find_field(node, "for", loop_keys);
  const YamlNode* listing = find_field(node, "forEach", loop_keys);
  if (counting == nullptr && listing == nullptr) {
    findings.add("loop-kind"_code, head_range(node), "a loop needs `for` or `forEach`",
                 "add `forEach` with a list of values, or `for` with `start`, `end` and `updateBy`");
  } else if (counting != nullptr && listing != nullptr) {
    findings.add("loop-kind"_code, head_range(node), "a loop has either `for` or `forEach`, not both",
                 "remove one of them");
  } else if (counting != nullptr) {
    if (const auto kind = read_for(*counting, findings)) loop.kind = *kind;
  } else if (auto kind = read_for_each(*listing, findings)) {
    loop.kind = std::move(*kind);
  }
  return loop;
}

}  // namespace ibtest
