#pragma once

#include "agent/document/document.hpp"
#include "agent/document/findings.hpp"

namespace ibtest {

/// Checks every reference of the document's inputs, loops and conditions: declared variables (VAR-11), chaining
/// expressions (CHAIN-3 to CHAIN-7), loop variables (LOOP-5) and dynamic references (VAR-19 to VAR-23).
void check_references(const Document& document, Findings& findings);

}  // namespace ibtest
