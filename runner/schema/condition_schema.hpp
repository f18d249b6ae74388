#pragma once

#include <nlohmann/json.hpp>

namespace ibtest {

/// A condition below `and`, `or` and `not`, and the inputs of Assert (section 5 of the language specification).
/// `$ref`s in it lead to `#/definitions/condition`, which has to be this schema.
[[nodiscard]] nlohmann::ordered_json condition_schema();

/// `if`: a condition with `then` and `else`.
[[nodiscard]] nlohmann::ordered_json step_condition_schema();

/// Where the schema of the document has condition_schema().
[[nodiscard]] nlohmann::ordered_json condition_reference();

}  // namespace ibtest
