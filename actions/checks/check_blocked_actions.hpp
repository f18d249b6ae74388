#pragma once

#include <string>
#include <vector>

#include "agent/document/document.hpp"

namespace ibtest {

/// Adds an error for every step whose action is one of `blocked` (GEN-15, CLI-7). Names are looked at, not what a step
/// does.
void add_blocked_actions(DocumentResult& result, const std::vector<std::string>& blocked);

/// "there is no action `Rebot`; did you mean `Reboot`?" for every name that is none.
[[nodiscard]] std::vector<std::string> unknown_actions(const std::vector<std::string>& names);

}  // namespace ibtest
