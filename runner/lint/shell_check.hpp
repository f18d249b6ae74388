#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>

#include "runner/lint/shell_results.hpp"

namespace ibtest {

struct ShellCheckOptions {
  bool shellcheck = true;                                          ///< false: only bash, and only for the syntax
  std::chrono::milliseconds time_limit = std::chrono::minutes(1);  ///< of one process, for at most 50 scripts
};

/// Checks scripts with ShellCheck, on all processors, and adds what it says to `results`; where it is not in PATH or
/// fails, bash checks their syntax, if there is one. Returns why a program that is there was of no use; empty when all
/// went well. Throws Interrupted.
[[nodiscard]] std::string check_shell_scripts(const std::set<std::string>& scripts, const ShellCheckOptions& options,
                                              ShellResults& results);

}  // namespace ibtest
