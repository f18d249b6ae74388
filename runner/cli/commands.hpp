#pragma once

#include <string>
#include <vector>

#include "agent/protocol/fault.hpp"
#include "runner/cli/awstoe_settings.hpp"
#include "runner/cli/lint_options.hpp"
#include "runner/cli/run_options.hpp"

namespace ibtest {

/// `ibtest run`. Prints every message itself; never throws Fault.
[[nodiscard]] ExitStatus run_command(const RunOptions& options);
/// `ibtest awstoe run` and `ibtest awstoe validate`; the same, with the exit statuses of the closed program (D-12).
[[nodiscard]] ExitStatus awstoe_run_command(const AwstoeRunOptions& options);
[[nodiscard]] ExitStatus awstoe_validate_command(const AwstoeValidateOptions& options);
/// `ibtest resume`. Throws Fault when there is nothing to go on with.
[[nodiscard]] ExitStatus resume_command(const ResumeOptions& options);
/// `ibtest attach`. Throws Fault when there is no such run, or somebody follows it.
[[nodiscard]] ExitStatus attach_command(const AttachOptions& options);
/// `ibtest lint`. Throws Fault.
[[nodiscard]] ExitStatus lint_command(const LintOptions& options);
/// `ibtest lsp`, until the editor ends it or closes standard input. Throws Fault when that cannot be read.
[[nodiscard]] ExitStatus lsp_command();
/// `ibtest schema`. Throws Fault when standard output cannot be written.
[[nodiscard]] ExitStatus schema_command();
/// `ibtest clean`.
[[nodiscard]] ExitStatus clean_command(const CleanOptions& options);

/// The whole program: understands the arguments (without the program's name) and does what they say.
[[nodiscard]] ExitStatus run_program(const std::vector<std::string>& arguments);

}  // namespace ibtest
