#pragma once

#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "actions/action.hpp"
#include "actions/action_inputs.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// A value of a document as JSON: scalars are the source text that `resolve` makes of it (GEN-6). Without `resolve` as
/// written.
[[nodiscard]] nlohmann::ordered_json resolved_json(
    const YamlNode& node, const std::function<std::string(const std::string& text)>& resolve = {});

/// The condition that a mapping with one operator means; `then` and `else` are not looked at. For what
/// read_step_condition() and read_assertion() have found to be sound.
[[nodiscard]] ResolvedCondition condition_from_json(const nlohmann::ordered_json& condition);

/// The typed inputs of an attempt, or why there are none: "CreateFile: inputs[2]: path is empty" (LIST-2).
struct DecodedInputs {
  std::optional<ActionInputs> inputs;
  std::string error;
};

/// Turns the inputs of a step into what its module reads, after resolution (GEN-9): shape (GEN-2, GEN-3), required and
/// empty keys (GEN-4), source text of scalars (GEN-6), booleans (GEN-7), integers (GEN-8), accepted values. All items
/// are checked before any is run (LIST-4). Unknown keys are ignored (GEN-5).
class ActionInputsDecoder {
 public:
  /// Called with the text of every scalar value; gives the text with its references replaced. What it throws passes
  /// through.
  using Resolver = std::function<std::string(const std::string& text)>;

  /// `inputs` as written in the document; null pointer when the step has none.
  [[nodiscard]] static DecodedInputs decode(const ActionModule& module, const YamlNode* inputs,
                                            const Resolver& resolve = {});
  /// The same from JSON, as saved states and to_json() hold it.
  [[nodiscard]] static DecodedInputs decode(const ActionModule& module, const nlohmann::ordered_json& inputs);

 private:
  [[nodiscard]] static DecodedInputs decode_tree(const ActionModule& module, nlohmann::ordered_json inputs);
};

}  // namespace ibtest
