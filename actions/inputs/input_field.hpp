#pragma once

#include <array>
#include <string_view>

#include "actions/action.hpp"

namespace ibtest {

/// What an entry of an input of the type `named_values` has.
inline constexpr std::array named_value_fields = {
    InputField{.name = "name", .required = true, .default_value = "", .description = "Name of the parameter."},
    InputField{.name = "value",
               .required = true,
               .default_value = "",
               .may_be_empty = true,
               .description = "Its value; an empty text is written `''`."},
};
inline constexpr std::array<std::string_view, 2> named_value_keys = {named_value_fields[0].name,
                                                                     named_value_fields[1].name};
/// Null pointer for none.
[[nodiscard]] const InputField* find_named_value_field(std::string_view name);

/// Without regard to the case of ASCII letters.
[[nodiscard]] bool equal_without_case(std::string_view left, std::string_view right);

/// Whether the value is one of those that the field accepts, or the field accepts any.
[[nodiscard]] bool accepts(const InputField& field, std::string_view value);

/// Whether the field must have a value that is not empty when it is given (GEN-4): it is required, or one of those of
/// which exactly one is.
[[nodiscard]] bool needs_value(const ActionModule& module, const InputField& field);

}  // namespace ibtest
