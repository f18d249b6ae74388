#include "runner/lint/fix_source.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace ibtest {

namespace {

// More than any document of the size that is accepted can need.
constexpr std::size_t most_fixes = 1000;

bool same_finding(const Diagnostic& a, const Diagnostic& b) {
  return !(a < b) && !(b < a);
}

bool contains(const std::vector<Diagnostic>& findings, const Diagnostic& wanted) {
  return std::ranges::any_of(findings, [&](const Diagnostic& found) { return same_finding(found, wanted); });
}

std::size_t error_count(const LintedFile& file) {
  return static_cast<std::size_t>(std::ranges::count(file.findings, Severity::error, &Diagnostic::severity));
}

std::size_t duplicate_key_count(const LintedFile& file) {
  return static_cast<std::size_t>(
      std::ranges::count(file.findings, std::string_view("duplicate-key"), &Diagnostic::code));
}

/// How far reading came.
std::size_t last_line(const LintedFile& file) {
  std::size_t line = 0;
  for (const Diagnostic& finding : file.findings)
    line = std::max(line, finding.range.begin.line);
  return line;
}

bool is_better(const LintedFile& before, const LintedFile& after, const Diagnostic& fixed) {
  if (contains(after.findings, fixed) || after.components < before.components) return false;
  if (duplicate_key_count(after) > duplicate_key_count(before)) return false;
  if (before.unreadable && after.unreadable) {
    return last_line(after) > last_line(before) || after.findings.size() < before.findings.size();
  }
  if (after.unreadable) return false;
  return fixed.severity == Severity::error || error_count(after) <= error_count(before);
}

std::string with_edits(std::string_view text, const std::vector<TextEdit>& edits) {
  std::string result;
  std::size_t copied = 0;
  for (const TextEdit& edit : edits) {
    result += text.substr(copied, edit.begin - copied);
    result += edit.replacement;
    copied = edit.end;
  }
  result += text.substr(copied);
  return result;
}

}  // namespace

FixedFile fix_source(const LintedFile& file, const LintSettings& settings, bool named) {
  FixedFile result{file};
  std::vector<Diagnostic> refused;
  while (result.count < most_fixes) {
    const auto& findings = result.file.findings;
    const auto found = std::ranges::find_if(
        findings, [&](const Diagnostic& finding) { return !finding.fix.empty() && !contains(refused, finding); });
    if (found == findings.end()) break;
    Diagnostic finding = *found;
    const SourceText& source = *result.file.source;
    LintedFile after = lint_source(
        std::make_shared<const SourceText>(source.name(), with_edits(source.text(), finding.fix)), settings, named);
    if (is_better(result.file, after, finding)) {
      result.file = std::move(after);
      ++result.count;
    } else {
      refused.push_back(std::move(finding));
    }
  }
  return result;
}

}  // namespace ibtest
