#include <array>

#include "actions/action_inputs.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows};
constexpr std::array input_fields = {
    InputField{.name = "delaySeconds",
               .type = InputType::integer,
               .default_value = "0",
               .rule = InputRule::not_negative,
               .description = "Seconds to wait before the reboot."},
};

// What reboots is the runner: this only asks (EMU-REBOOT-5).
ActionResult run(const ActionInputs& inputs, ActionContext& /*context*/) {
  ActionResult result;
  result.outcome = ActionResult::Outcome::reboot_then_continue;  // REBOOT-1
  result.reboot_delay_seconds = inputs.object().number("delaySeconds");
  return result;
}

}  // namespace

constinit const ActionModule modules::reboot = {
    .name = "Reboot",
    .summary = "Restarts the machine; the run goes on with the next step.",
    .platforms = platforms,
    .inputs_optional = true,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
