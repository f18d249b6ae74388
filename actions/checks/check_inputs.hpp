#pragma once

#include "actions/action.hpp"
#include "agent/document/document.hpp"
#include "agent/document/findings.hpp"

namespace ibtest {

/// Checks the inputs of a step as written against its action's table: shape, required and unknown keys, types, accepted
/// values (GEN-2 to GEN-8, PERM-1, ENC-1, PATH-4, GLOB-1, GLOB-2). Values that hold references are known at run time
/// only; of those no more than the kind of node is checked (GEN-9).
void check_inputs(const Step& step, const ActionModule& module, Platform platform, Findings& findings);

}  // namespace ibtest
