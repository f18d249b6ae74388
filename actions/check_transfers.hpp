#pragma once

#include "actions/action.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// What the tables of the download and upload modules cannot say about an item: addresses and checksums. Values with
/// references are left to the run (GEN-9). Other modules' items pass.
void check_transfer(const ActionModule& module, const YamlNode& item, Findings& findings);

}  // namespace ibtest
