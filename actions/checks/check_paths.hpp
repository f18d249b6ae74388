#pragma once

#include "actions/action.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// Checks a path or a pattern of names against its rule, one of `path`, `file_path`, `path_with_wildcard`,
/// `name_pattern` and `link_target` (PATH-1 to PATH-4, GLOB-1, GLOB-2). The text must be known and not empty.
void check_path(InputRule rule, const YamlNode& value, Platform platform, Findings& findings);

}  // namespace ibtest
