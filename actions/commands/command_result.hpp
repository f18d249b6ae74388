#pragma once

#include "actions/action.hpp"
#include "actions/action_context.hpp"

namespace ibtest {

/// What became of an attempt that ran one process: the exit code decides (EXIT-1), 194 asks for a reboot and the same
/// step again (EXIT-2), standard output is the output of failed attempts too (OUT-9). Hints go to the context.
[[nodiscard]] ActionResult command_result(ProcessResult process, ActionContext& context);

}  // namespace ibtest
