#include <array>
#include <map>
#include <string>

#include "agent/document/document_parts.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

constexpr std::array<std::string_view, 3> loop_keys = {"name", "for", "forEach"};
constexpr std::array<std::string_view, 3> for_keys = {"start", "end", "updateBy"};
constexpr std::array<std::string_view, 2> for_each_keys = {"list", "delimiter"};
constexpr std::string_view delimiters = ".,;:\n\t -_";

std::optional<std::int64_t> read_bound(const YamlNode& node, std::string_view key, Findings& findings) {
  const YamlNode* bound = find_field(node, key, for_keys);
  if (bound == nullptr) {
    findings.add("missing-key"_code, head_range(node), "`for` has no " + in_backticks(key),
                 key == "updateBy" ? "add it, e.g. `updateBy: 1`" : "`for` needs " + enumerate(for_keys));
    return std::nullopt;
  }
  return read_integer(*bound, in_backticks(key), findings);
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
  const SourceRange& place = find_field(node, "updateBy", for_keys)->range;
  if (*update_by == 0) {
    findings.add("loop-range"_code, place, "`updateBy` must not be 0: the loop would never end");
  } else if ((*start < *end && *update_by < 0) || (*start > *end && *update_by > 0)) {
    findings.add("loop-range"_code, place,
                 "counting by " + std::to_string(*update_by) + " leads away from the `end` of the loop",
                 "use a " + std::string(*update_by < 0 ? "positive" : "negative") + " `updateBy`");
  }
  return ForLoop{*start, *end, *update_by};
}

void read_delimiter(const YamlNode& node, ForEachLoop& loop, Findings& findings) {
  if (node.is_scalar() && report_reference(node, "`delimiter`", findings)) return;
  const bool known = node.is_scalar() && node.text.size() == 1 && delimiters.find(node.text[0]) != std::string::npos;
  if (known) {
    loop.delimiter = node.text;
    return;
  }
  findings.add("loop-delimiter"_code, node.range,
               "`delimiter` must be one of `.` `,` `;` `:` `-` `_`, a blank, a tab or a line feed",
               node.is_scalar() && node.text == "\\n" ? "write \"\\n\" in double quotes" : std::string());
}

std::optional<ForEachLoop> read_for_each(const YamlNode& node, Findings& findings) {
  ForEachLoop loop;
  if (node.is_sequence()) {
    if (node.items.empty()) findings.add("loop-empty"_code, node.range, "`forEach` must hold at least one item");
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
  if (*text == "loop" || !is_name_text(*text)) {
    findings.add("loop-name"_code, name->range,
                 *text == "loop" ? "a loop must not be named `loop`: `{{ loop.value }}` works without a name"
                                 : "the name of a loop may only hold letters, digits, `-` and `_`");
  }
  return *text;
}

}  // namespace

std::optional<Loop> read_loop(const YamlNode& node, Findings& findings) {
  if (!node.is_mapping()) {
    report_type(node, "`loop`", "a mapping with `for` or `forEach`", findings);
    return std::nullopt;
  }
  check_keys(node, "a loop", loop_keys, findings);
  Loop loop;
  loop.range = head_range(node);
  loop.name = read_loop_name(node, findings);
  const YamlNode* counting = node.find("for");
  const YamlNode* listing = node.find("forEach");
  if ((counting == nullptr) == (listing == nullptr)) {
    findings.add(
        "loop-kind"_code, head_range(node),
        counting == nullptr ? "a loop needs `for` or `forEach`" : "a loop has either `for` or `forEach`, not both");
    return std::nullopt;
  }
  if (counting != nullptr) {
    const auto kind = read_for(*counting, findings);
    if (kind) loop.kind = *kind;
    return loop;
  }
  auto kind = read_for_each(*listing, findings);
  if (kind) loop.kind = std::move(*kind);
  return loop;
}

}  // namespace ibtest
