#pragma once

#include <string>

#include "agent/document/diagnostic_codes.hpp"

namespace ibtest {

/// What `ibtest lint --explain` prints: what the rule finds and why, an example, what is found in it, and the example
/// mended.
[[nodiscard]] std::string rule_help(const DiagnosticCode& rule, bool color);

/// The same for a code of ShellCheck: where it is explained.
[[nodiscard]] std::string shellcheck_help(const std::string& code, bool color);

/// All rules, each with its severity and the rule of the specification behind it.
[[nodiscard]] std::string rule_table(bool color);

}  // namespace ibtest
