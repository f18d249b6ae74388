#pragma once

#include <string_view>

#include "actions/action.hpp"

namespace ibtest {

/// Without regard to the case of ASCII letters.
[[nodiscard]] bool equal_without_case(std::string_view left, std::string_view right);

/// Whether the value is one of those that the field accepts, or the field accepts any.
[[nodiscard]] bool accepts(const InputField& field, std::string_view value);

/// Whether the field must have a value that is not empty when it is given (GEN-4): it is required, or one of those of
/// which exactly one is.
[[nodiscard]] bool needs_value(const ActionModule& module, const InputField& field);

}  // namespace ibtest
