#include <unistd.h>

#include "runner/cli/command_line.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/error_message.hpp"
#include "runner/cli/help_texts.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/report/console_options.hpp"
#include "runner/report/json_report.hpp"

namespace ibtest {

namespace {

ExitStatus print(std::string_view text) {
  return write_to_end(STDOUT_FILENO, text) == 0 ? ExitStatus::success : ExitStatus::not_runnable;
}

ExitStatus perform(const ParsedCommand& command) {
  if (const auto* run = std::get_if<RunOptions>(&command)) return run_command(*run);
  if (const auto* run = std::get_if<AwstoeRunOptions>(&command)) return awstoe_run_command(*run);
  if (const auto* validate = std::get_if<AwstoeValidateOptions>(&command)) return awstoe_validate_command(*validate);
  if (const auto* resume = std::get_if<ResumeOptions>(&command)) return resume_command(*resume);
  if (const auto* attach = std::get_if<AttachOptions>(&command)) return attach_command(*attach);
  if (const auto* lint = std::get_if<LintOptions>(&command)) return lint_command(*lint);
  if (std::holds_alternative<LspOptions>(command)) return lsp_command();
  if (std::holds_alternative<SchemaOptions>(command)) return schema_command();
  if (const auto* clean = std::get_if<CleanOptions>(&command)) return clean_command(*clean);
  if (const auto* help = std::get_if<HelpOptions>(&command)) return print(help_text(help->topic));
  return print(version_text() + "\n");
}

}  // namespace

ExitStatus run_program(const std::vector<std::string>& arguments) {
  try {
    return perform(parse_command_line(arguments));
  } catch (const Fault& fault) {
    const bool color = console_options(console_environment(STDERR_FILENO, false), Verbosity::normal).color;
    static_cast<void>(write_to_end(STDERR_FILENO, error_message(fault, color)));
    if (asks_for_json(arguments))
      static_cast<void>(write_to_end(STDOUT_FILENO, json_text(json_failure(fault.message(), fault.status()))));
    return fault.status();
  }
}

}  // namespace ibtest
