#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

#include "runner/lint/lint_source.hpp"
#include "runner/lint/shell_check.hpp"

namespace ibtest {

/// What to do about findings that have a fix.
enum class FixMode {
  none,
  apply,   ///< findings are those of the fixed texts
  compare  ///< findings are those of the texts as they are
};

struct LintRequest {
  std::vector<std::string> paths;        ///< files, folders, patterns, "-"
  std::string standard_input_name = {};  ///< what "-" is called in messages
  LintSettings settings = {};            ///< these win over configuration files
  FixMode fix = FixMode::none;
  ShellCheckOptions shell = {};
  bool skip_others = false;  ///< named files that hold no component document are left alone, as those in folders are
};

/// What was found in all files.
struct LintResult {
  std::vector<LintedFile> files = {};      ///< that hold component documents, or may, by name
  std::vector<std::string> problems = {};  ///< files that were named and could not be linted, and why
  std::string shell_problem = {};          ///< why bash scripts were checked less than asked for; empty: they were not
  std::size_t ignored = 0;                 ///< files that a configuration file excludes

  [[nodiscard]] std::size_t count(Severity severity) const;
  [[nodiscard]] std::size_t component_count() const;
};

/// Lints files on all processors; the result does not depend on how many there are. Throws Fault (not_runnable) when a
/// path does not exist, or a configuration file cannot be read, and Interrupted while other programs check scripts.
[[nodiscard]] LintResult lint_files(const LintRequest& request, std::istream& standard_input);

}  // namespace ibtest
