#include "runner/lint/rule_catalog.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"
#include "runner/lint/shell_rules.hpp"

namespace ibtest {

std::span<const std::span<const LintRule>> lint_rule_families() {
  static const auto families = std::to_array<std::span<const LintRule>>(
      {shell_rules(), script_rules(), program_rules(), powershell_rules(), secret_rules(), variable_rules(),
       step_rules(), stage_rules(), suppression_rules()});
  return families;
}

std::span<const DiagnosticCode* const> all_rules() {
  static const std::vector<const DiagnosticCode*> rules = [] {
    std::vector<const DiagnosticCode*> list;
    list.reserve(diagnostic_codes.size());
    for (const DiagnosticCode& code : diagnostic_codes)
      list.push_back(&code);
    for (const std::span<const LintRule> family : lint_rule_families()) {
      for (const LintRule& rule : family)
        list.push_back(&rule.code);
    }
    return list;
  }();
  return rules;
}

const DiagnosticCode* find_rule(std::string_view id) {
  const auto known = all_rules();
  const auto found = std::ranges::find(known, id, &DiagnosticCode::name);
  return found == known.end() ? nullptr : *found;
}

bool is_rule(std::string_view id) {
  return find_rule(id) != nullptr || is_shellcheck_code(id);
}

std::string nearest_rule(std::string_view id) {
  if (id.starts_with("sc") && is_shellcheck_code("SC" + std::string(id.substr(2))))
    return "did you mean " + in_backticks("SC" + std::string(id.substr(2))) + "?";
  std::vector<std::string_view> names;
  for (const DiagnosticCode* rule : all_rules())
    names.push_back(rule->name);
  return did_you_mean(id, names, "`ibtest lint --rules` lists all rules");
}

const RuleExplanation* find_explanation(std::string_view id) {
  const auto explanations = rule_explanations();
  const auto found = std::ranges::find(explanations, id, &RuleExplanation::id);
  return found == explanations.end() ? nullptr : &*found;
}

}  // namespace ibtest
