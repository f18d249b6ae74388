#include "actions/item_loop.hpp"

#include <fmt/format.h>

namespace ibtest {

ActionResult run_each_item(const ActionModule& module, const ActionInputs& inputs, ActionContext& context,
                           ItemAction action) {
  const auto failed = [&module](std::size_t index, const std::string& reason) {
    return ActionResult::failure(fmt::format("{}: inputs[{}]: {}", module.name, index, reason));
  };
  const auto& items = inputs.items();
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (context.must_stop()) return failed(index, "stopped before this item");
    if (const auto reason = action(items[index], context); !reason.empty()) return failed(index, reason);
  }
  return ActionResult::success();
}

}  // namespace ibtest
