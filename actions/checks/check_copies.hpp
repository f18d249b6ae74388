#pragma once

#include "actions/action.hpp"
#include "agent/document/findings.hpp"

namespace ibtest {

// Rules between the inputs of one item, for the `check_item` of actions that copy, move and delete.

/// A wildcard in `source` asks for a folder as `destination` (COPYFILE-4, COPYFOLDER-5).
void check_copy(const YamlNode& item, const Step& step, Findings& findings);

/// The root is never deleted (DELETEFOLDER-4).
void check_deletion(const YamlNode& item, const Step& step, Findings& findings);

}  // namespace ibtest
