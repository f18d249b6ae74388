#pragma once

#include <string>
#include <vector>

#include "agent/document/source_text.hpp"
#include "runner/cli/awstoe_settings.hpp"

namespace ibtest {

/// Reads a config file of `awstoe run` (section 7.3 of the language specification). What is ignored (unknown keys,
/// CFG-5) becomes a warning. Throws Fault (not_runnable) with the place of what is wrong.
[[nodiscard]] AwstoeSettings parse_awstoe_config(SourceText source, std::vector<std::string>& warnings);

}  // namespace ibtest
