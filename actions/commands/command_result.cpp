#include "actions/commands/command_result.hpp"

#include "actions/commands/stderr_hints.hpp"

namespace ibtest {

namespace {

constexpr int reboot_exit_code = 194;

}  // namespace

ActionResult command_result(ProcessResult process, ActionContext& context) {
  using enum ActionResult::Outcome;
  ActionResult result;
  const bool ended_by_itself = !process.timed_out && !process.stopped;
  if (ended_by_itself && process.exit_code == reboot_exit_code) {
    result.outcome = reboot_then_repeat;
  } else if (!process.error.empty() || process.exit_code != 0) {
    result.outcome = failure;
    result.error = std::move(process.error);
  }
  const bool failed = result.outcome == failure;
  for (const auto& hint : stderr_hints(process.standard_error_tail, failed))
    context.warn("hint: " + hint);
  result.exit_code = process.exit_code;
  auto output = nlohmann::ordered_json::object();
  output["stdout"] = std::move(process.standard_output);
  result.outputs.push_back(std::move(output));
  return result;
}

}  // namespace ibtest
