#include "runner/lint/check_component.hpp"

#include <iterator>

#include "actions/checks/check_document.hpp"
#include "actions/checks/likely_platform.hpp"
#include "actions/inputs/component_arn.hpp"
#include "runner/documents/child_documents.hpp"
#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/shell_rules.hpp"
#include "runner/lint/suppression.hpp"

namespace ibtest {

namespace {

std::vector<Diagnostic> check_rules(const Document& document, Platform platform) {
  Findings findings(*document.source);
  const std::vector<StepScript> scripts = step_scripts(document);
  const std::vector<PowerShellStep> powershell = powershell_steps(document);
  const RuleContext context{document, platform, scripts, powershell};
  for (const std::span<const LintRule> family : lint_rule_families()) {
    for (const LintRule& rule : family) {
      if (rule.check == nullptr) continue;
      RuleReport report(rule.code, findings);
      rule.check(context, report);
    }
  }
  return findings.take();
}

/// Documents on this machine that the document executes; others are not looked for.
std::vector<Diagnostic> check_children(const Document& document, const std::filesystem::path& file) {
  std::error_code ignored;
  const std::string location = std::filesystem::weakly_canonical(std::filesystem::absolute(file, ignored), ignored);
  return check_child_documents(document, location, [](const DocumentRequest& request) -> ReadDocument {
    if (looks_like_s3_uri(request.location) || looks_like_arn(request.location)) return {};
    return read_document_file(request);
  });
}

}  // namespace

DocumentResult check_component(const std::shared_ptr<const SourceText>& source, const ComponentUse& use) {
  DocumentResult result = parse_document(source);
  auto& findings = result.diagnostics;
  bool shellcheck_complete = false;
  if (result.document) {
    const Platform platform = use.platform ? *use.platform : likely_platform(*result.document);
    const auto append = [&](std::vector<Diagnostic> found) {
      findings.insert(findings.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    };
    append(check_document(*result.document, platform));
    append(check_rules(*result.document, platform));
    if (!use.file.empty()) append(check_children(*result.document, use.file));
    if (use.shell_results != nullptr)
      append(find_in_scripts(*result.document, *use.shell_results, shellcheck_complete));
    append(check_parameters(*result.document, use.parameters));
    drop_settled_warnings(findings, *result.document, use.parameters);
    sort_and_deduplicate(findings);
  }
  // Whether ShellCheck is there must not make a suppression useless.
  const auto was_checked = [&](std::string_view rule) {
    return result.document && (!is_shell_rule(rule) || (shellcheck_complete && is_shellcheck_code(rule)));
  };
  apply_suppressions(*source, was_checked, findings);
  return result;
}

}  // namespace ibtest
