#pragma once

#include <memory>
#include <optional>

#include "agent/document/source_text.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// Reads JSON into the tree of the YAML reader, every node with its place: templates and plans are often one long line,
/// and larger than what the YAML reader is made for. Strings are double-quoted scalars, numbers and words plain ones.
/// Nothing when the text is no JSON, or nested more than a thousand levels deep.
[[nodiscard]] std::optional<YamlNode> parse_json(const std::shared_ptr<const SourceText>& source);

}  // namespace ibtest
