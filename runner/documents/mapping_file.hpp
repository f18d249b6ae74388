#pragma once

#include <string>
#include <string_view>

#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// Reads a file of the user's that holds one mapping, in YAML or JSON; an empty one for an empty file. `form` says in
/// the messages what it should look like. Throws Fault (not_runnable) naming the place.
[[nodiscard]] YamlNode read_mapping_file(const std::string& path, const std::string& form);

/// "file:line:column", for messages about what stands there.
[[nodiscard]] std::string place_in(const std::string& file, const SourceRange& range);

}  // namespace ibtest
