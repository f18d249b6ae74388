#pragma once

#include <string>
#include <variant>
#include <vector>

#include "runner/cli/awstoe_settings.hpp"
#include "runner/cli/lint_options.hpp"
#include "runner/cli/run_options.hpp"

namespace ibtest {

struct HelpOptions {
  std::string topic;  ///< a command ("awstoe run"), or empty for all of them
};
struct VersionOptions {};
struct LspOptions {};
struct SchemaOptions {};

using ParsedCommand = std::variant<RunOptions, ResumeOptions, AttachOptions, LintOptions, LspOptions, SchemaOptions,
                                   AwstoeRunOptions, AwstoeValidateOptions, CleanOptions, HelpOptions, VersionOptions>;

/// Understands the arguments (without the program's name). Throws Fault with one line that says what is
/// wrong, and what to do as its remedy.
[[nodiscard]] ParsedCommand parse_command_line(const std::vector<std::string>& arguments);

/// What the arguments ask for as far as can be told when they could not be understood: whether a program reads the
/// answer of a run.
[[nodiscard]] bool asks_for_json(const std::vector<std::string>& arguments);

/// Names of all flags of a command, for the test that the help texts are complete.
[[nodiscard]] std::vector<std::string> command_flags(const std::string& command);

}  // namespace ibtest
