#include "actions/item_loop.hpp"

#include <fmt/format.h>

namespace ibtest {

namespace {

/// Calls `action` with each item; the failure of the first that fails, else success.
template <typename Action>
ActionResult for_each_item(const ActionModule& module, const ActionInputs& inputs, ActionContext& context,
                           Action action) {
  const auto failed = [&module](std::size_t index, const std::string& reason) {
    return ActionResult::failure(fmt::format("{}: inputs[{}]: {}", module.name, index, reason));
  };
  const auto& items = inputs.items();
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (context.must_stop()) return failed(index, "stopped before this item");
    if (const auto reason = action(items[index]); !reason.empty()) return failed(index, reason);
  }
  return ActionResult::success();
}

}  // namespace

ActionResult run_each_item(const ActionModule& module, const ActionInputs& inputs, ActionContext& context,
                           ItemAction action) {
  return for_each_item(module, inputs, context, [&](const ActionInputs::Item& item) { return action(item, context); });
}

ActionResult query_each_item(const ActionModule& module, const ActionInputs& inputs, ActionContext& context,
                             ItemQuery query) {
  auto outputs = nlohmann::ordered_json::array();
  auto result = for_each_item(module, inputs, context, [&](const ActionInputs::Item& item) {
    auto output = nlohmann::ordered_json::object();
    auto reason = query(item, context, output);
    if (reason.empty()) outputs.push_back(std::move(output));
    return reason;
  });
  result.outputs = std::move(outputs);
  return result;
}

}  // namespace ibtest
