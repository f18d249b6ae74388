#pragma once

#include <string>

#include "actions/action.hpp"
#include "actions/action_context.hpp"
#include "actions/action_inputs.hpp"

namespace ibtest {

/// What a list module does with one item; gives why it failed, empty when it did not.
using ItemAction = std::string (*)(const ActionInputs::Item& item, ActionContext& context);

/// Runs the items in order; the first that fails stops the step, what earlier ones did stays (LIST-1, LIST-2). The
/// error reads "CopyFile: inputs[2]: <reason>".
[[nodiscard]] ActionResult run_each_item(const ActionModule& module, const ActionInputs& inputs, ActionContext& context,
                                         ItemAction action);

/// The same for modules with outputs; `output` is the object of this item.
using ItemQuery = std::string (*)(const ActionInputs::Item& item, ActionContext& context,
                                  nlohmann::ordered_json& output);

/// Runs the items as above; the outputs have one object per item that succeeded, in order of the items (OUT-5).
[[nodiscard]] ActionResult query_each_item(const ActionModule& module, const ActionInputs& inputs,
                                           ActionContext& context, ItemQuery query);

}  // namespace ibtest
