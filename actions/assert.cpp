#include <array>

#include <fmt/format.h>

#include "actions/action_inputs.hpp"
#include "actions/files/target_probe.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  TargetProbe probe(context);
  const ConditionResult result = evaluate(inputs.condition(), probe);
  for (const std::string& warning : result.warnings) {
    if (auto refusal = context.tolerate(warning); !refusal.empty()) return ActionResult::failure("Assert: " + refusal);
  }
  if (result.holds) return ActionResult::success();
  return ActionResult::failure("Assertion failed: " + result.deciding);  // ASSERT-11
}

}  // namespace

constinit const ActionModule modules::assert_condition = {
    .name = "Assert",
    .summary = "Fails the step unless its condition holds.",
    .platforms = platforms,
    .shape = InputShape::condition,
    .inputs = {},
    .run = run,
};

}  // namespace ibtest
