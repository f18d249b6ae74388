#include <nlohmann/json.hpp>

#include "runner/lint/lint_report.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

using nlohmann::ordered_json;

/// Null for findings about the file as a whole.
ordered_json number_or_null(std::size_t number) {
  return number == 0 ? ordered_json(nullptr) : ordered_json(number);
}

ordered_json finding_object(const Diagnostic& finding) {
  const DiagnosticCode* rule = find_rule(finding.code);
  ordered_json object;
  object["rule"] = finding.code;
  object["severity"] = severity_name(finding.severity);
  object["file"] = finding.file;
  object["line"] = number_or_null(finding.range.begin.line);
  object["column"] = number_or_null(finding.range.begin.column);
  object["endLine"] = number_or_null(finding.range.end.line);
  object["endColumn"] = number_or_null(finding.range.end.column);
  object["message"] = finding.message;
  object["suggestion"] = finding.suggestion;
  object["fixable"] = !finding.fix.empty();
  object["specification"] = rule == nullptr ? std::string_view() : rule->rule;
  return object;
}

}  // namespace

std::string json_report(const LintResult& result) {
  ordered_json json;
  json["findings"] = ordered_json::array();
  for (const LintedFile& file : result.files) {
    for (const Diagnostic& finding : file.findings)
      json["findings"].push_back(finding_object(finding));
  }
  json["problems"] = result.problems;
  json["documents"] = result.component_count();
  json["errors"] = result.count(Severity::error);
  json["warnings"] = result.count(Severity::warning);
  json["hints"] = result.count(Severity::hint);
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ibtest
