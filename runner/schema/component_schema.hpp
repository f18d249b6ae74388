#pragma once

#include <nlohmann/json.hpp>

namespace ibtest {

/// A JSON Schema of component documents, for editors: what ibtest says about the structure of a document (keys, types,
/// words, actions and their inputs), from the tables that its checks read. What a schema cannot say (unique names,
/// references, rules between values) is left to `ibtest lint`.
///
/// It is strict where the checks only warn that one form was written for another: unknown inputs, one mapping for a
/// list of them, a list of one condition.
[[nodiscard]] nlohmann::ordered_json component_schema();

}  // namespace ibtest
