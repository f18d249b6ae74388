#pragma once

#include <string>
#include <variant>
#include <vector>

#include "runner/cli/lint_options.hpp"
#include "runner/cli/run_options.hpp"

namespace ibtest {

/// Understands the arguments of `ibtest lint`. Throws Fault (not_runnable).
[[nodiscard]] std::variant<LintOptions, HelpOptions> parse_lint(const std::vector<std::string>& arguments);

/// Names of all flags.
[[nodiscard]] std::vector<std::string> lint_flags();

}  // namespace ibtest
