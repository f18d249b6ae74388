#pragma once

#include <stdexcept>
#include <string>

#include "agent/engine/run_plan.hpp"
#include "agent/expression/reference.hpp"
#include "agent/journal/run_record.hpp"

namespace ibtest {

/// A reference without a value; fails the attempt (CHAIN-8, D-4). The message names the expression.
class UnresolvedReference : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Replaces the references of one document's texts by their values (VAR-9 to VAR-15, CHAIN-1 to CHAIN-13), each once
/// and in one pass (D-3).
class ReferenceResolver {
 public:
  /// Both must outlive the resolver; `record` is what has run of this very document (CHAIN-5).
  ReferenceResolver(const PlannedDocument& document, const DocumentRecord& record)
      : document_(document), record_(record) {}

  [[nodiscard]] std::string resolve(const std::string& text) const;
  /// Chaining expressions only, for the log (VAR-13).
  [[nodiscard]] std::string resolve_chaining(const std::string& text) const;

 private:
  [[nodiscard]] std::string chained_value(const Reference& reference, const ChainingReference& chaining) const;
  [[nodiscard]] nlohmann::ordered_json inputs_of(const Reference& reference, const ChainingReference& chaining) const;
  [[nodiscard]] const nlohmann::ordered_json& outputs_of(const Reference& reference,
                                                         const ChainingReference& chaining) const;

  const PlannedDocument& document_;
  const DocumentRecord& record_;
};

}  // namespace ibtest
