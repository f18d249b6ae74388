#pragma once

#include <string>
#include <vector>

#include "runner/report/run_history.hpp"

namespace ibtest {

/// What the user may not know about why this step failed: traps of the step environment that show in the output of a
/// failed step (EMU-3, GOTCHA-4, -5, -12, -18, -27). One sentence each, without a final full stop.
[[nodiscard]] std::vector<std::string> failure_hints(const StepReport& step);

}  // namespace ibtest
