#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>

#include "actions/checks/check_values.hpp"
#include "actions/modules.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::windows};
constexpr std::array<std::string_view, 6> type_names = {"BINARY", "DWORD", "QWORD", "SZ", "EXPAND_SZ", "MULTI_SZ"};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::registry_path,
               .description = "Key; missing keys are created."},
    InputField{.name = "name", .required = true, .default_value = "", .description = "Name of the value."},
    InputField{.name = "value",
               .type = InputType::string_or_list,
               .required = true,
               .default_value = "",
               .description = "Data of the value: a text, a number, or a list."},
    InputField{.name = "type",
               .required = true,
               .default_value = "",
               .accepted = type_names,
               .exact_case = true,
               .description = "Type of the value."},
};

/// What a type takes (SETREGISTRY-3, where no source tells what the service does with anything else).
struct ValueKind {
  std::string_view type;
  bool is_list = false;
  std::uint64_t most = 0;  ///< of a number; 0: any text
  std::string_view takes;
};
constexpr std::array value_kinds = {
    ValueKind{"BINARY", true, 0xFF, "a list of bytes, as whole numbers from 0 to 255"},
    ValueKind{"DWORD", false, std::numeric_limits<std::uint32_t>::max(), "a whole number from 0 to 4294967295"},
    ValueKind{"QWORD", false, std::numeric_limits<std::uint64_t>::max(),
              "a whole number from 0 to 18446744073709551615"},
    ValueKind{"SZ", false, 0, "a text"},
    ValueKind{"EXPAND_SZ", false, 0, "a text"},
    ValueKind{"MULTI_SZ", true, 0, "a list of texts"},
};

bool fits(const YamlNode& value, std::uint64_t most) {
  if (!value.is_scalar() || !is_known_text(value) || most == 0) return true;
  std::uint64_t number = 0;
  const char* const begin = value.text.data();
  const char* const end = begin + value.text.size();
  const auto [stopped, error] = std::from_chars(begin, end, number);
  return error == std::errc() && stopped == end && number <= most;
}

std::string suggestion_for(const ValueKind& kind, const YamlNode& value) {
  if (kind.is_list && value.is_scalar()) return "write one entry per line, each with `- ` before it";
  if (!kind.is_list && value.is_sequence()) return "a list of texts has the type `MULTI_SZ`";
  return kind.is_list ? std::string() : "a text has the type `SZ`";
}

void check_type(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  const YamlNode* const type = item.find("type");
  const YamlNode* const value = item.find("value");
  if (type == nullptr || value == nullptr || !is_known_text(*type)) return;
  const auto* const kind = std::ranges::find(value_kinds, type->text, &ValueKind::type);
  if (kind == value_kinds.end() || (!value->is_scalar() && !value->is_sequence())) return;
  const bool right = kind->is_list == value->is_sequence() && fits(*value, kind->most) &&
                     std::ranges::all_of(value->items, [&](const YamlNode& entry) { return fits(entry, kind->most); });
  if (right) return;
  findings.add("registry-value"_code, value->range,
               "a value of the type " + in_backticks(kind->type) + " takes " + std::string(kind->takes),
               suggestion_for(*kind, *value));
}

}  // namespace

constinit const ActionModule modules::set_registry = {
    .name = "SetRegistry",
    .summary = "Sets a value of the Windows registry.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_type,
};

}  // namespace ibtest
