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

constexpr std::size_t most_listed = 10;  // of values in a suggestion

/// What one item of the list declares: its name and the mapping below it.
struct Declaration {
  const YamlNode* name;
  const YamlNode* fields;  ///< null pointer when its shape is wrong: only the name is known, and references to it are
};

/// The name in an item that is not a mapping with one key: `- name: Version`, or a name whose keys are not indented.
Declaration read_flat_declaration(const YamlNode& item, const std::string& what, const std::string& form,
                                  Findings& findings) {
  const YamlNode* const named = item.find("name");
  const YamlEntry& first = item.entries.front();
  std::string suggestion = form;
  const YamlNode* name = &first.key;
  if (named != nullptr && named->is_scalar()) {
    name = named;
    suggestion = "write `- " + named->text + ":`, and its other keys below it, indented";
  } else if (first.value.is_null()) {
    suggestion = "indent the keys below " + in_backticks(first.key.text + ":");
  }
  findings.add(
      "wrong-type"_code, head_range(item),
      "a " + what + " must be a mapping with one key, its name; this one has " + std::to_string(item.entries.size()),
      suggestion);
  return {name, nullptr};
}

/// The example with the name that its author gave.
std::string with_name(std::string example, const std::string& name) {
  constexpr std::string_view placeholder = "Name";
  if (is_valid_name(name)) example.replace(example.find(placeholder), placeholder.size(), name);
  return example;
}

std::optional<Declaration> read_declaration(const YamlNode& item, const std::string& what, std::string_view example,
                                            Findings& findings) {
  const std::string form = "write `" + std::string(example) + "`";
  if (!item.is_mapping() || item.entries.empty()) {
    report_type(item, "a " + what, "a mapping with one key, its name", findings, with_name(form, item.text));
    if (!item.is_scalar() || !is_valid_name(item.text)) return std::nullopt;
    return Declaration{&item, nullptr};
  }
  if (item.entries.size() != 1) return read_flat_declaration(item, what, form, findings);
  const YamlEntry& entry = item.entries.front();
  if (entry.value.is_mapping()) return Declaration{&entry.key, &entry.value};
  const YamlNode& place = entry.value.is_null() ? entry.key : entry.value;
  findings.add("wrong-type"_code, place.range,
               "the " + what + " " + in_backticks(entry.key.text) + " must be a mapping with `type`" +
                   (what == "parameter" ? std::string() : std::string(" and `value`")),
               with_name(form, entry.key.text));
  return Declaration{&entry.key, nullptr};
}

void check_variable_name(const YamlNode& name, std::string_view what, Findings& findings) {
  if (is_valid_name(name.text)) return;
  const bool characters = is_name_text(name.text);
  findings.add("variable-name"_code, name.range,
               "the " + std::string(what) + " name " + in_backticks(name.text) +
                   (characters ? " must have 3 to 128 characters, not " + std::to_string(name.text.size())
                               : std::string(" may only hold letters, digits, `-` and `_`")),
               characters ? std::string() : suggest_name(name.text));
}

void check_type(const Declaration& declaration, std::string_view what, std::span<const std::string_view> known,
                Findings& findings) {
  const YamlNode* type = find_field(*declaration.fields, "type", known);
  if (type == nullptr) {
    findings.add("missing-key"_code, declaration.name->range,
                 "the " + std::string(what) + " " + in_backticks(declaration.name->text) + " has no `type`",
                 "add `type: string`, the only type there is");
    return;
  }
  const auto text = read_text(*type, "`type`", findings);
  if (text && *text != "string") {
    findings.add("variable-type"_code, type->range,
                 "the only type of a " + std::string(what) + " is `string`, not " + in_backticks(*text),
                 did_you_mean(*text, variable_types, "write `type: string`"));
  }
}

std::vector<std::string> read_allowed_values(const YamlNode& node, Findings& findings) {
  std::vector<std::string> values;
  if (!node.is_sequence()) {
    report_type(node, "`allowedValues`", "a list of texts", findings);
    return values;
  }
  if (node.items.empty()) {
    findings.add("value-not-allowed"_code, node.range, "`allowedValues` is empty, so no value would be allowed",
                 "list the values, or remove it");
  }
  for (const YamlNode& item : node.items) {
    if (const auto text = read_text(item, "an allowed value", findings)) values.push_back(*text);
  }
  return values;
}

Parameter read_parameter(const Declaration& declaration, Findings& findings) {
  Parameter parameter;
  parameter.name = {declaration.name->text, declaration.name->range};
  check_variable_name(*declaration.name, "parameter", findings);
  if (declaration.fields == nullptr) {
    parameter.default_value = "";
    return parameter;
  }
  const YamlNode& fields = *declaration.fields;
  check_keys(fields, "a parameter", parameter_keys, findings);
  check_type(declaration, "parameter", parameter_keys, findings);
  const YamlNode* initial = find_field(fields, "default", parameter_keys);
  if (initial != nullptr && !initial->is_null()) {
    // A default of the wrong type is one finding, not also a missing default.
    parameter.default_value = read_text(*initial, "`default`", findings).value_or("");
  }
  const YamlNode* description = fields.find("description");
  if (description != nullptr && !description->is_null()) {
    parameter.description = read_text(*description, "`description`", findings).value_or("");
  }
  if (const YamlNode* allowed = fields.find("allowedValues")) {
    parameter.allowed_values = read_allowed_values(*allowed, findings);
  }
  const auto& allowed = parameter.allowed_values;
  if (parameter.default_value && initial->is_scalar() && !allowed.empty() &&
      std::ranges::find(allowed, *parameter.default_value) == allowed.end()) {
    const std::vector<std::string_view> names(allowed.begin(), allowed.end());
    findings.add("value-not-allowed"_code, initial->range,
                 "the default " + in_backticks(*parameter.default_value) + " is none of `allowedValues`",
                 did_you_mean(*parameter.default_value, names,
                              names.size() <= most_listed ? "use one of " + enumerate(names) + ", or add this one"
                                                          : "use one of the allowed values, or add this one"));
  }
  return parameter;
}

Constant read_constant(const Declaration& declaration, Findings& findings) {
  Constant constant;
  constant.name = {declaration.name->text, declaration.name->range};
  check_variable_name(*declaration.name, "constant", findings);
  if (declaration.fields == nullptr) return constant;
  const YamlNode& fields = *declaration.fields;
  check_keys(fields, "a constant", constant_keys, findings);
  check_type(declaration, "constant", constant_keys, findings);
  const YamlNode* value = find_field(fields, "value", constant_keys);
  if (value == nullptr || value->is_null()) {
    findings.add("missing-key"_code, declaration.name->range,
                 "the constant " + in_backticks(declaration.name->text) + " has no `value`",
                 "add `value`; an empty text is written \"\"");
  } else {
    constant.value = read_text(*value, "`value`", findings).value_or("");
  }
  return constant;
}

template <typename Variable, typename Read>
std::vector<Variable> read_list(const YamlNode& node, std::string_view key, const std::string& what,
                                std::string_view example, Findings& findings, Read read) {
  std::vector<Variable> variables;
  if (node.is_null()) return variables;
  if (node.is_mapping()) {
    const std::string first = node.entries.empty() ? "Name" : node.entries.front().key.text;
    report_type(node, '`' + std::string(key) + '`', "a list", findings,
                "begin each " + what + " with a dash, as in `- " + first + ":`");
    for (const YamlEntry& entry : node.entries)
      variables.push_back(read({&entry.key, entry.value.is_mapping() ? &entry.value : nullptr}, findings));
    return variables;
  }
  if (!node.is_sequence()) {
    report_type(node, '`' + std::string(key) + '`', "a list", findings, "write `" + std::string(example) + "`");
    return variables;
  }
  for (const YamlNode& item : node.items) {
    if (const auto declaration = read_declaration(item, what, example, findings)) {
      variables.push_back(read(*declaration, findings));
    }
  }
  return variables;
}

}  // namespace

std::vector<Parameter> read_parameters(const YamlNode& node, Findings& findings) {
  return read_list<Parameter>(node, "parameters", "parameter", "- Name: { type: string, default: text }", findings,
                              read_parameter);
}

std::vector<Constant> read_constants(const YamlNode& node, Findings& findings) {
  return read_list<Constant>(node, "constants", "constant", "- Name: { type: string, value: text }", findings,
                             read_constant);
}

void check_variable_names(const std::vector<Parameter>& parameters, const std::vector<Constant>& constants,
                          Findings& findings) {
  std::map<std::string_view, std::size_t> lines;
  const auto check = [&](const Located<std::string>& name) {
    const auto [first, is_new] = lines.emplace(name.value, name.range.begin.line);
    if (is_new) return;
    findings.add("duplicate-variable"_code, name.range,
                 "a parameter or constant " + in_backticks(name.value) + " exists already",
                 "it is first declared on line " + std::to_string(first->second));
  };
  for (const Parameter& parameter : parameters)
    check(parameter.name);
  for (const Constant& constant : constants)
    check(constant.name);
}

}  // namespace ibtest
