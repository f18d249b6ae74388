#pragma once

#include <string>
#include <vector>

#include "agent/protocol/fault.hpp"
#include "runner/cli/lint_options.hpp"
#include "runner/cli/run_options.hpp"

namespace ibtest {

/// `ibtest run`. Prints every message itself; never throws Fault.
[[nodiscard]] ExitStatus run_command(const RunOptions& options);
/// `ibtest lint`. Throws Fault.
[[nodiscard]] ExitStatus lint_command(const LintOptions& options);
/// `ibtest clean`.
[[nodiscard]] ExitStatus clean_command(const CleanOptions& options);

/// The whole program: understands the arguments (without the program's name) and does what they say.
[[nodiscard]] ExitStatus run_program(const std::vector<std::string>& arguments);

}  // namespace ibtest
