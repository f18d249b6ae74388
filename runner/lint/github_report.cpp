#include <fmt/format.h>

#include "runner/lint/lint_report.hpp"

namespace ibtest {

namespace {

/// What would end a command's text, or its properties, early.
std::string escaped(std::string_view text, bool property) {
  std::string result;
  for (const char character : text) {
    const bool special = character == '%' || character == '\r' || character == '\n' ||
                         (property && (character == ':' || character == ','));
    result += special ? fmt::format("%{:02X}", static_cast<unsigned char>(character)) : std::string(1, character);
  }
  return result;
}

std::string_view command_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::hint:
      return "notice";
  }
  return "notice";
}

std::string command(const Diagnostic& finding) {
  std::string text = fmt::format("::{} file={}", command_of(finding.severity), escaped(finding.file, true));
  const SourcePosition& begin = finding.range.begin;
  const SourcePosition& end = finding.range.end;
  if (begin.line > 0) {
    text += fmt::format(",line={},col={}", begin.line, begin.column);
    // The end counts, and columns are taken only within one line.
    if (end.line == begin.line && end.column > begin.column)
      text += fmt::format(",endLine={},endColumn={}", end.line, end.column - 1);
  }
  text += fmt::format(",title={}::{}", escaped(finding.code, true), escaped(finding.message, false));
  if (!finding.suggestion.empty()) text += escaped("\n" + finding.suggestion, false);
  return text + "\n";
}

}  // namespace

std::string github_report(const LintResult& result) {
  std::string text;
  for (const LintedFile& file : result.files) {
    for (const Diagnostic& finding : file.findings)
      text += command(finding);
  }
  for (const std::string& problem : result.problems)
    text += "::error ::" + escaped(problem, false) + "\n";
  return text;
}

}  // namespace ibtest
