#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/lint/lint_rule.hpp"
#include "runner/lint/rule_explanation.hpp"

namespace ibtest {

// One function per file of rules.
[[nodiscard]] std::span<const LintRule> script_rules();
[[nodiscard]] std::span<const LintRule> program_rules();
[[nodiscard]] std::span<const LintRule> powershell_rules();
[[nodiscard]] std::span<const LintRule> secret_rules();
[[nodiscard]] std::span<const LintRule> variable_rules();
[[nodiscard]] std::span<const LintRule> step_rules();
[[nodiscard]] std::span<const LintRule> stage_rules();
[[nodiscard]] std::span<const LintRule> suppression_rules();
[[nodiscard]] std::span<const LintRule> shell_rules();

/// The rules that only the linter has, file by file.
[[nodiscard]] std::span<const std::span<const LintRule>> lint_rule_families();

/// Every rule of ours, in the order in which documents are read, the linter's own behind them.
[[nodiscard]] std::span<const DiagnosticCode* const> all_rules();

/// The rule with that id; null pointer for none.
[[nodiscard]] const DiagnosticCode* find_rule(std::string_view id);

/// Whether findings can have that code: a rule of ours, or a code of ShellCheck.
[[nodiscard]] bool is_rule(std::string_view id);

/// "did you mean `x`?", or how to see all rules.
[[nodiscard]] std::string nearest_rule(std::string_view id);

/// Null pointer for none.
[[nodiscard]] const RuleExplanation* find_explanation(std::string_view id);

}  // namespace ibtest
