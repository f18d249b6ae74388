#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actions/action.hpp"
#include "runner/lint/lint_files.hpp"

namespace ibtest {

enum class LintFormat { text, json, sarif, github, junit };

/// `ibtest lint` as asked for on the command line.
struct LintOptions {
  std::vector<std::string> paths;       ///< files, folders, patterns, "-"
  std::vector<std::string> parameters;  ///< "name=value", each as given (D-16)
  std::string standard_input_name = "<stdin>";
  LintFormat format = LintFormat::text;
  RuleSeverities severities;
  std::optional<Platform> platform;
  std::optional<std::uint32_t> most_warnings;  ///< more of them fail
  FixMode fix = FixMode::none;
  bool no_shellcheck = false;  ///< bash scripts are checked for their syntax only
  bool skip_others = false;    ///< files that hold no component document are no error, not even when named
  bool no_color = false;
  bool list_rules = false;
  std::string explained_rule;  ///< --explain; empty: none
};

}  // namespace ibtest
