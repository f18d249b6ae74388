#pragma once

#include <string>
#include <vector>

#include "runner/cli/command_line.hpp"

namespace ibtest {

/// Understands what follows `ibtest awstoe`, in the forms that the closed program takes: long flags with one dash or
/// two, `--flag value` and `--flag=value` (CLI-3). Throws Fault with the exit status of that program's bad usage.
[[nodiscard]] ParsedCommand parse_awstoe(const std::vector<std::string>& arguments);

/// The topic of the help that `ibtest help awstoe ...` asks for.
[[nodiscard]] std::string awstoe_help_topic(const std::vector<std::string>& words);

/// Names of all flags of "awstoe run" and "awstoe validate".
[[nodiscard]] std::vector<std::string> awstoe_flags(const std::string& command);

}  // namespace ibtest
