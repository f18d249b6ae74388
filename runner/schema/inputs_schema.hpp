#pragma once

#include <nlohmann/json.hpp>

#include "actions/action.hpp"

namespace ibtest {

/// The `inputs` of an action, from its table.
[[nodiscard]] nlohmann::ordered_json inputs_schema(const ActionModule& module);

}  // namespace ibtest
