#pragma once

#include <optional>
#include <string>

#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

/// Asks for a secret on the terminal, and does not show what is typed. Nothing when there is no terminal, or the user
/// ends the input. Throws Interrupted.
[[nodiscard]] std::optional<std::string> ask_for_secret(ProcessLoop& loop, const std::string& question);

}  // namespace ibtest
