#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actions/checks/check_parameters.hpp"
#include "agent/document/diagnostic.hpp"
#include "agent/document/source_text.hpp"
#include "runner/lint/check_component.hpp"

namespace ibtest {

/// Severities by rule that differ from the rules' own; nothing turns the rule off.
using RuleSeverities = std::map<std::string, std::optional<Severity>, std::less<>>;

struct LintSettings {
  RuleSeverities severities = {};
  std::optional<Platform> platform = {};          ///< of all components, whatever their resources name
  std::optional<Platform> default_platform = {};  ///< of those whose resource names none; nothing: the likely one
  ParameterValues parameters = {};
  std::filesystem::path folder = {};            ///< what names of files are relative to; empty: the current one
  const ShellResults* shell_results = nullptr;  ///< of the scripts; null pointer: they were not checked
};

/// What was found in one file.
struct LintedFile {
  std::shared_ptr<const SourceText> source;
  std::vector<Diagnostic> findings = {};              ///< in printing order
  std::size_t components = 0;                         ///< component documents in it
  bool is_host = false;                               ///< a file that may hold component documents, such as a template
  bool unreadable = false;                            ///< a document of it could not be read to its end
  std::string otherwise = {};                         ///< what it is instead, where that is known
  std::vector<std::string> declared_parameters = {};  ///< of its documents, and constants
  std::vector<std::string> scripts = {};              ///< of its documents, as they are checked (JoinedScript)
  std::size_t fix_count = 0;                          ///< fixes in `source` or, when only compared, in `fixed`
  std::shared_ptr<const SourceText> before_fixes = {};
  std::shared_ptr<const SourceText> fixed = {};
};

/// Lints a file, whether it is a component document or holds some. A file that is `named` is taken for a component
/// document unless it is clearly something else; others only when they look like one.
[[nodiscard]] LintedFile lint_source(const std::shared_ptr<const SourceText>& source, const LintSettings& settings,
                                     bool named);

/// Sets the severities, and drops the findings of rules that are off.
void apply_severities(const RuleSeverities& severities, std::vector<Diagnostic>& findings);

}  // namespace ibtest
