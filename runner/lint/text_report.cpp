#include "runner/lint/lint_report.hpp"

namespace ibtest {

std::string text_report(std::span<const LintedFile> files, bool color) {
  std::string text;
  for (const LintedFile& file : files) {
    for (const Diagnostic& finding : file.findings)
      text += render(finding, file.source.get(), color);
  }
  return text;
}

}  // namespace ibtest
