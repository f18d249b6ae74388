#pragma once

#include <string>

#include "runner/lint/lint_files.hpp"

namespace ibtest {

// What `ibtest lint` prints on standard output. All are sorted and end in a line break.

/// As people read them: each with its source line and suggestion.
[[nodiscard]] std::string text_report(const LintResult& result, bool color);

/// One JSON object: `findings`, `problems` and the counts. Lines and columns count from 1, ends are exclusive.
[[nodiscard]] std::string json_report(const LintResult& result);

/// SARIF 2.1.0, with the explanations of the rules that found something, and with their fixes.
[[nodiscard]] std::string sarif_report(const LintResult& result);

/// Workflow commands of GitHub Actions, which become annotations.
[[nodiscard]] std::string github_report(const LintResult& result);

/// JUnit XML: a suite per file, a case per finding; errors are failures.
[[nodiscard]] std::string junit_report(const LintResult& result);

/// What the fixes would change, as a patch.
[[nodiscard]] std::string diff_report(const LintResult& result);

/// "2 errors and 1 warning in 14 documents": the last line for people.
[[nodiscard]] std::string summary_line(const LintResult& result);

}  // namespace ibtest
