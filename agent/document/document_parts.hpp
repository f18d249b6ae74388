#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/document.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

// The readers of a document's parts. Each reports what is wrong and returns what can be checked further.

/// `parameters` (VAR-1 to VAR-4). Null is the same as absent.
[[nodiscard]] std::vector<Parameter> read_parameters(const YamlNode& node, Findings& findings);

/// `constants` (VAR-1 to VAR-3).
[[nodiscard]] std::vector<Constant> read_constants(const YamlNode& node, Findings& findings);

/// Names are unique across parameters and constants (VAR-2).
void check_variable_names(const std::vector<Parameter>& parameters, const std::vector<Constant>& constants,
                          Findings& findings);

/// `phases` (DOC-5 to DOC-10).
[[nodiscard]] std::vector<Phase> read_phases(const YamlNode& node, Findings& findings);

/// One item of `steps` (section 1.3).
[[nodiscard]] std::optional<Step> read_step(const YamlNode& node, Findings& findings);

/// `loop` (section 4). One that is refused is a loop all the same: its variables are known.
[[nodiscard]] Loop read_loop(const YamlNode& node, Findings& findings);

/// `if` (section 5).
[[nodiscard]] std::optional<StepCondition> read_step_condition(const YamlNode& node, Findings& findings);

/// `inputs` of Assert (section 5.7).
[[nodiscard]] std::optional<Condition> read_assertion(const YamlNode& node, Findings& findings);

/// Name of a phase, a step or a loop: 3 to 128 of the characters [0-9A-Za-z_-] (DOC-10). `what` is e.g. "step".
void check_name(const YamlNode& name, std::string_view what, Findings& findings);

/// Whether check_name() finds nothing wrong with the text.
[[nodiscard]] bool is_valid_name(std::string_view text);

/// "write e.g. `Install-nginx`": the text as a name; empty when none can be made of it.
[[nodiscard]] std::string suggest_name(std::string_view text);

/// Whether all characters are of [0-9A-Za-z_-].
[[nodiscard]] bool is_name_text(std::string_view text);

}  // namespace ibtest
