#include <algorithm>

#include <fmt/format.h>

#include "runner/lint/lint_report.hpp"
#include "runner/report/xml_text.hpp"

namespace ibtest {

namespace {

std::string case_text(const LintedFile& file, const Diagnostic& finding) {
  const SourcePosition& begin = finding.range.begin;
  const std::string place = begin.line == 0 ? std::string() : fmt::format(" ({}:{})", begin.line, begin.column);
  std::string text = "    <testcase" + xml_attribute("name", finding.code + place) +
                     xml_attribute("classname", finding.file) + xml_attribute("file", finding.file);
  if (begin.line > 0) text += fmt::format(" line=\"{}\"", begin.line);
  text += ">\n";
  const std::string details = xml_escaped(render(finding, file.source.get(), false));
  if (finding.severity == Severity::error) {
    text += "      <failure" + xml_attribute("message", finding.message) + xml_attribute("type", finding.code) + ">" +
            details + "</failure>\n";
  } else {
    text += "      <system-out>" + details + "</system-out>\n";
  }
  return text + "    </testcase>\n";
}

std::string suite_text(const LintedFile& file) {
  const auto failures = std::ranges::count(file.findings, Severity::error, &Diagnostic::severity);
  std::string text = "  <testsuite" + xml_attribute("name", file.source->name()) +
                     fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">\n",
                                 std::max<std::size_t>(1, file.findings.size()), failures);
  for (const Diagnostic& finding : file.findings)
    text += case_text(file, finding);
  if (file.findings.empty())
    text += "    <testcase name=\"lint\"" + xml_attribute("classname", file.source->name()) +
            xml_attribute("file", file.source->name()) + "/>\n";
  return text + "  </testsuite>\n";
}

std::string problems_text(const std::vector<std::string>& problems) {
  if (problems.empty()) return {};
  std::string text =
      fmt::format("  <testsuite name=\"ibtest lint\" tests=\"{0}\" failures=\"0\" errors=\"{0}\" skipped=\"0\">\n",
                  problems.size());
  for (const std::string& problem : problems)
    text += "    <testcase name=\"lint\" classname=\"ibtest lint\">\n      <error" + xml_attribute("message", problem) +
            "/>\n    </testcase>\n";
  return text + "  </testsuite>\n";
}

}  // namespace

std::string junit_report(const LintResult& result) {
  std::size_t tests = result.problems.size();
  for (const LintedFile& file : result.files)
    tests += std::max<std::size_t>(1, file.findings.size());
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format("<testsuites tests=\"{}\" failures=\"{}\" errors=\"{}\">\n", tests, result.count(Severity::error),
                      result.problems.size());
  for (const LintedFile& file : result.files)
    text += suite_text(file);
  return text + problems_text(result.problems) + "</testsuites>\n";
}

}  // namespace ibtest
