#include <fmt/format.h>

#include "runner/lint/line_diff.hpp"
#include "runner/lint/lint_report.hpp"

namespace ibtest {

namespace {

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::string text_report(const LintResult& result, bool color) {
  std::string text;
  for (const LintedFile& file : result.files) {
    for (const Diagnostic& finding : file.findings)
      text += render(finding, file.source.get(), color);
  }
  return text;
}

std::string diff_report(const LintResult& result) {
  std::string text;
  for (const LintedFile& file : result.files) {
    if (file.fixed) text += unified_diff(file.source->name(), file.source->text(), file.fixed->text());
  }
  return text;
}

std::string summary_line(const LintResult& result) {
  std::string found;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::hint}) {
    const std::size_t count = result.count(severity);
    if (count > 0) found += (found.empty() ? "" : ", ") + counted(count, severity_name(severity));
  }
  std::size_t fixes = 0;
  for (const LintedFile& file : result.files)
    fixes += file.before_fixes ? file.fix_count : 0;
  return fmt::format("{}{} in {}\n", fixes == 0 ? "" : counted(fixes, "finding") + " fixed, ",
                     found.empty() ? "nothing found" : found, counted(result.component_count(), "component document"));
}

}  // namespace ibtest
