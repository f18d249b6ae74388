#pragma once

#include <string>
#include <vector>

#include "agent/engine/dynamic_values.hpp"
#include "agent/engine/run_plan.hpp"
#include "agent/engine/unresolved_reference.hpp"
#include "agent/expression/reference.hpp"
#include "agent/journal/run_record.hpp"

namespace ibtest {

/// What `{{ loop.index }}` and `{{ loop.value }}` stand for in one iteration (LOOP-4).
struct LoopVariables {
  std::string name;  ///< of the loop; may be empty
  std::uint64_t index = 0;
  std::string value;
};

/// Where a text stands whose references are replaced.
struct ReferenceScope {
  const PlannedDocument& document;
  const DocumentRecord& record;  ///< what has run of this very document (CHAIN-5)
  const DynamicValues& dynamic;
  std::string phase;
  std::string step;
};

/// Replaces the references of one step's texts by their values (VAR-9 to VAR-23, CHAIN-1 to CHAIN-13, LOOP-4), each
/// once and in one pass (D-3).
class ReferenceResolver {
 public:
  /// What `scope` refers to must outlive the resolver.
  explicit ReferenceResolver(const ReferenceScope& scope) : scope_(scope) {}

  /// `loop` is that of the iteration, for the inputs of the step that owns the loop; without one loop variables stay as
  /// written (LOOP-5).
  [[nodiscard]] std::string resolve(const std::string& text, const LoopVariables* loop = nullptr) const;
  /// Chaining expressions only, for the log (VAR-13).
  [[nodiscard]] std::string resolve_chaining(const std::string& text) const;

  /// The SecureStrings that were resolved so far (VAR-19).
  [[nodiscard]] const std::vector<std::string>& secrets() const { return secrets_; }

 private:
  [[nodiscard]] std::string chained_value(const Reference& reference, const ChainingReference& chaining) const;
  [[nodiscard]] nlohmann::ordered_json inputs_of(const Reference& reference, const ChainingReference& chaining) const;
  [[nodiscard]] const nlohmann::ordered_json& outputs_of(const Reference& reference,
                                                         const ChainingReference& chaining) const;

  const ReferenceScope& scope_;
  mutable std::vector<std::string> secrets_;
};

}  // namespace ibtest
