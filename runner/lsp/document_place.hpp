#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "actions/action.hpp"
#include "runner/lsp/document_outline.hpp"

namespace ibtest {

/// What the keys below a node mean.
enum class DocumentPart {
  other,  ///< nothing that is known, or names that are the author's
  document,
  parameter,
  constant,
  phase_list,  ///< `phases`, whose items have not begun
  phase,
  step_list,  ///< `steps`
  step,
  inputs,       ///< of an action that takes one mapping, or one item of its list
  inputs_list,  ///< `inputs` of an action that takes a list
  named_value,  ///< of an input that takes them
  loop,
  for_loop,
  for_each,
  condition,        ///< `if`: with `then` and `else`
  nested_condition  ///< below `and`, `or` and `not`, and the inputs of Assert
};

/// Where in a document something stands.
struct DocumentPlace {
  DocumentPart part = DocumentPart::other;
  std::optional<std::size_t> step = {};   ///< node of the item of the step around it
  std::optional<std::size_t> phase = {};  ///< node of the item of the phase around it
  const ActionModule* module = nullptr;   ///< action of that step, when it is known
};

/// The place of the keys that are children of `parent` (OutlineNode::none for the document itself).
[[nodiscard]] DocumentPlace place_below(const DocumentOutline& outline, std::size_t parent);

/// The input of a module's table; null pointer for none.
[[nodiscard]] const InputField* find_input(const ActionModule& module, std::string_view name);

/// A value without its quotes.
[[nodiscard]] std::string_view unquoted(std::string_view value);

}  // namespace ibtest
