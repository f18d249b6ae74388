#pragma once

#include <string>
#include <string_view>

#include "agent/protocol/fault.hpp"

namespace ibtest {

/// The fault (target_failed) that the agent's program has ended with on this machine, with its remedy, as its error
/// output tells; `status` is its exit status, for when it tells nothing.
[[nodiscard]] Fault agent_refusal(const std::string& doing, std::string_view error_output, int status);

}  // namespace ibtest
