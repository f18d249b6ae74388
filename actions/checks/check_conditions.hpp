#pragma once

#include "agent/document/document.hpp"
#include "agent/document/findings.hpp"

namespace ibtest {

/// The conditions of a step, in `if` and of Assert: patterns (COND-17), and comparisons that no value fulfils (COND-12,
/// COND-18). What references make of an operand is seen at run time.
void check_conditions(const Step& step, Findings& findings);

}  // namespace ibtest
