#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "agent/document/diagnostic.hpp"

namespace ibtest {

/// What ShellCheck or bash says about a script.
struct ShellFinding {
  std::string code;  ///< of ShellCheck, such as "SC2086", or "shell-syntax"
  Severity severity = Severity::warning;
  std::size_t begin = 0;  ///< bytes [begin, end) of the script
  std::size_t end = 0;
  std::string message;
  bool is_parse_error = false;  ///< ShellCheck could not read the script
};

struct ShellResult {
  bool by_shellcheck = false;  ///< else bash has looked at the syntax alone
  std::vector<ShellFinding> findings;
};

/// By the text of the script; one that is not there was not checked.
using ShellResults = std::map<std::string, ShellResult, std::less<>>;

}  // namespace ibtest
