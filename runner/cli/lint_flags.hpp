#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/cli/lint_options.hpp"

namespace ibtest {

/// Understands the arguments of `ibtest lint`; nothing when they ask for help. Throws Fault (not_runnable).
[[nodiscard]] std::optional<LintOptions> parse_lint(const std::vector<std::string>& arguments);

/// Names of all its flags.
[[nodiscard]] std::vector<std::string> lint_flags();

}  // namespace ibtest
