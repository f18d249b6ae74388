#include <array>
#include <cerrno>

#include "actions/action_inputs.hpp"
#include "actions/commands/command_result.hpp"
#include "actions/commands/temporary_script.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "commands",
               .type = InputType::string_list,
               .required = true,
               .default_value = "",
               .description = "Shell text; all entries together are one bash script, run without `set -e`."},
};
constexpr std::array<std::string_view, 1> output_keys = {"stdout"};

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  const TemporaryScript script(inputs.object().list("commands"), context);
  if (!script.error().empty()) return ActionResult::failure("ExecuteBash: " + script.error());
  auto process = context.run_process({.command_line = {"bash", script.path().string()}});
  // Never sh in its place: a script for bash may do something else there (section 8.3).
  if (process.start_error == ENOENT) process.error = "bash not found in target";
  return command_result(std::move(process), context);
}

}  // namespace

constinit const ActionModule modules::execute_bash = {
    .name = "ExecuteBash",
    .summary = "Runs its commands as one bash script.",
    .platforms = platforms,
    .inputs = input_fields,
    .outputs = output_keys,
    .run = run,
};

}  // namespace ibtest
