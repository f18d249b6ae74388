#pragma once

#include <span>
#include <string>
#include <utility>

#include "actions/action.hpp"
#include "agent/document/diagnostic_codes.hpp"
#include "agent/document/document.hpp"
#include "agent/document/findings.hpp"
#include "runner/lint/step_script.hpp"

namespace ibtest {

/// What a rule looks at: a document that could be read, whatever else is wrong with it.
struct RuleContext {
  const Document& document;
  Platform platform = Platform::linux_os;
  std::span<const StepScript> scripts = {};               ///< of its ExecuteBash steps
  std::span<const PowerShellStep> powershell_steps = {};  ///< its ExecutePowerShell steps
};

/// Takes what one rule finds.
class RuleReport {
 public:
  RuleReport(const DiagnosticCode& rule, Findings& findings) : rule_(rule), findings_(&findings) {}

  /// A default range is about the file as a whole. A fix may be added to the finding until the next call.
  Diagnostic& add(const SourceRange& range, std::string message, std::string suggestion = {}) {
    return findings_->add(rule_, range, std::move(message), std::move(suggestion));
  }

 private:
  CodeName rule_;
  Findings* findings_;
};

/// A rule that only the linter has; those of reading a document are in agent/document/diagnostic_codes.hpp. Each file
/// of rules ends in its table of them.
struct LintRule {
  DiagnosticCode code;
  void (*check)(const RuleContext& context, RuleReport& report) = nullptr;  ///< null: the linter itself reports it
};

}  // namespace ibtest
