#include "runner/lint/lint_source.hpp"

namespace ibtest {

void apply_severities(const RuleSeverities& severities, std::vector<Diagnostic>& findings) {
  if (severities.empty()) return;
  std::erase_if(findings, [&](Diagnostic& finding) {
    const auto wanted = severities.find(finding.code);
    if (wanted == severities.end()) return false;
    if (wanted->second) finding.severity = *wanted->second;
    return !wanted->second.has_value();
  });
}

LintedFile lint_source(const std::shared_ptr<const SourceText>& source, const LintSettings& settings, bool /*named*/) {
  LintedFile file{source};
  DocumentResult result =
      check_component(source, {settings.platform.value_or(Platform::linux_os), settings.parameters});
  file.components = 1;
  file.findings = std::move(result.diagnostics);
  apply_severities(settings.severities, file.findings);
  return file;
}

}  // namespace ibtest
