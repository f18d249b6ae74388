#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/action.hpp"
#include "agent/expression/reference.hpp"
#include "runner/lsp/document_outline.hpp"

namespace ibtest {

/// A parameter or constant of a document.
struct VariableName {
  std::size_t key = 0;  ///< node of the name
  bool constant = false;
};

struct StepName {
  std::size_t item = 0;  ///< node of the step's dash
  std::size_t name = 0;  ///< node of its key `name`
  std::string_view phase_name = {};
  std::string_view step_name = {};
  const ActionModule* module = nullptr;
};

/// What references can name (VAR-7, CHAIN-1, LOOP-4), as far as the lines of the document show it.
class DocumentNames {
 public:
  explicit DocumentNames(const DocumentOutline& outline);

  [[nodiscard]] const std::vector<VariableName>& variables() const { return variables_; }
  [[nodiscard]] const std::vector<StepName>& steps() const { return steps_; }

  [[nodiscard]] std::optional<VariableName> find_variable(std::string_view name) const;
  [[nodiscard]] const StepName* find_step(std::string_view phase, std::string_view step) const;

  /// What may stand between the braces in a step: variables, outputs and inputs of the steps before it on the same
  /// machine, variables of its loop, dynamic references. `chaining` and `loop_variables` say what the place allows
  /// (CHAIN-3, LOOP-5).
  [[nodiscard]] std::vector<std::string> references(std::size_t step_item, bool chaining, bool loop_variables) const;

 private:
  void add_variables(std::string_view list, bool constant);
  void add_steps(std::size_t phase_item);
  void add_chains(const StepName& step, std::vector<std::string>& texts) const;
  void add_loop_variables(std::size_t step_item, std::vector<std::string>& texts) const;

  const DocumentOutline* outline_;
  std::vector<VariableName> variables_;
  std::vector<StepName> steps_;
};

}  // namespace ibtest
