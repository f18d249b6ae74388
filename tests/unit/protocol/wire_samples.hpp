#pragma once

#include <vector>

#include "agent/protocol/event.hpp"
#include "agent/protocol/job.hpp"

namespace ibtest {

/// One of each kind, with every field set, and the awkward texts: quotes, control characters, non-ASCII, invalid UTF-8.
[[nodiscard]] std::vector<Event> sample_events();
[[nodiscard]] std::vector<Command> sample_commands();

}  // namespace ibtest
