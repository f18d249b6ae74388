#include <array>
#include <cerrno>
#include <filesystem>

#include "actions/action_inputs.hpp"
#include "actions/commands/command_result.hpp"
#include "actions/files/target_path.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Program file, or a name that is looked up in PATH."},
    InputField{.name = "arguments",
               .type = InputType::string_list,
               .default_value = "",
               .description = "Arguments, each passed as it is; no shell looks at them."},
};
constexpr std::array<std::string_view, 1> output_keys = {"stdout"};

/// Start errors whose text of EXECUTEBINARY-5 misleads.
void explain_start_error(const std::string& program, int start_error, ActionContext& context) {
  const bool is_path = program.find('/') != std::string::npos;
  std::error_code ignored;
  if (start_error == ENOEXEC) {
    context.warn("hint: " + program + " is built for another processor architecture, or is a script without `#!` line");
  } else if (start_error == ENOENT && is_path && std::filesystem::exists(context.resolve(program), ignored)) {
    context.warn("hint: " + program +
                 " exists; what does not is the interpreter of its `#!` line (which must not end in a carriage return) "
                 "or its dynamic loader");
  } else if (start_error == EACCES && is_path) {
    context.warn("hint: " + program + " may lack the execute bit; downloads do not set it");
  }
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  const auto& program = inputs.object().text("path");
  if (auto reason = unusable_path(program); !reason.empty()) return ActionResult::failure("ExecuteBinary: " + reason);
  std::vector<std::string> command_line = {program};
  for (const auto& argument : inputs.object().list("arguments")) {
    if (argument.find('\0') != std::string::npos) {
      return ActionResult::failure("ExecuteBinary: arguments[" + std::to_string(command_line.size() - 1) +
                                   "] holds a NUL character");
    }
    command_line.push_back(argument);
  }
  auto process = context.run_process({.command_line = std::move(command_line)});
  if (process.start_error != 0) explain_start_error(program, process.start_error, context);
  return command_result(std::move(process), context);
}

}  // namespace

constinit const ActionModule modules::execute_binary = {
    .name = "ExecuteBinary",
    .summary = "Runs a program directly, without a shell.",
    .platforms = platforms,
    .inputs = input_fields,
    .outputs = output_keys,
    .run = run,
};

}  // namespace ibtest
