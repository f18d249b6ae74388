#include "actions/inputs/input_field.hpp"

#include <algorithm>

namespace ibtest {

const InputField* find_named_value_field(std::string_view name) {
  const auto* const found = std::ranges::find(named_value_fields, name, &InputField::name);
  return found == named_value_fields.end() ? nullptr : found;
}

bool equal_without_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

bool accepts(const InputField& field, std::string_view value) {
  return field.accepted.empty() || std::ranges::any_of(field.accepted, [&](std::string_view name) {
           return field.exact_case ? name == value : equal_without_case(name, value);
         });
}

bool needs_value(const ActionModule& module, const InputField& field) {
  return (field.required && !field.may_be_empty) || std::ranges::find(module.one_of, field.name) != module.one_of.end();
}

}  // namespace ibtest
