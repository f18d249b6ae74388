#pragma once

#include <string>
#include <string_view>

#include "actions/action.hpp"
#include "agent/document/source_text.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

// What findings about the inputs of an action suggest.

/// The names of the module's inputs, in the order of its table.
[[nodiscard]] std::vector<std::string_view> input_names(const ActionModule& module);

/// "`path` and `owner`", or "`commands` or `file`".
[[nodiscard]] std::string required_names(const ActionModule& module);

/// For an input that the module does not have: the nearest name, or the one that other tools call so.
[[nodiscard]] std::string suggest_input(const ActionModule& module, std::string_view name);

/// For a value that is none of those that the field accepts. Two spellings of one value are listed once.
[[nodiscard]] std::string suggest_accepted(const InputField& field, std::string_view value);

/// For an item of `inputs` that is a text.
[[nodiscard]] std::string suggest_item(const ActionModule& module, const YamlNode& item);

/// For a list or a mapping where a text belongs.
[[nodiscard]] std::string suggest_text(const ActionModule& module, const InputField& field, const YamlNode& value,
                                       const SourceText& source);

/// For a text where a list of texts belongs; empty for anything else.
[[nodiscard]] std::string suggest_list(const InputField& field, const YamlNode& value);

/// For an entry of a list of texts that is a list or a mapping.
[[nodiscard]] std::string suggest_entry(const YamlNode& entry, const SourceText& source);

/// For an action that the platform does not have.
[[nodiscard]] std::string suggest_other_action(Platform platform);

/// For a name that is no action.
[[nodiscard]] std::string suggest_action(std::string_view name);

}  // namespace ibtest
