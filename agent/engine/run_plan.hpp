#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/document.hpp"
#include "agent/engine/execution_state.hpp"
#include "agent/protocol/job.hpp"

namespace ibtest {

/// A document of the job, read and checked, with the values of its parameters and constants (VAR-14, VAR-15).
struct PlannedDocument {
  std::string path;
  std::shared_ptr<const SourceText> source;
  std::optional<Document> document;  ///< empty when refused
  std::vector<Diagnostic> diagnostics;
  std::map<std::string, std::string, std::less<>> values;
  std::vector<std::uint32_t> selected_phases;
  std::vector<std::string> missing_values;  ///< parameters with neither a value nor a default
  std::vector<std::string> surplus_values;  ///< given for parameters that the document does not declare
};

/// The documents of one level of a run (the job's, or the child of an ExecuteDocument step) and the order of their
/// steps: all selected phases of document 1 in the order they are written, then of document 2, ... (DOC-8, STEP-1,
/// EXEC-5).
class RunPlan {
 public:
  /// Reads all documents before anything runs (section 6.1, point 2). `phases` selects by name; none selects all
  /// (DOC-8, EXECUTEDOCUMENT-6). What else is refused `job` says (EMU-19, GEN-15).
  RunPlan(std::span<const JobDocument> documents, const std::vector<std::string>& phases, const Job& job);

  [[nodiscard]] const std::vector<PlannedDocument>& documents() const { return documents_; }
  /// "path:line:column: message" of the first error; empty when all documents are sound.
  [[nodiscard]] std::string first_error() const;
  [[nodiscard]] std::uint32_t step_count() const;

  [[nodiscard]] std::optional<Position> first() const;
  /// The first attempt of what follows; nothing at the end.
  [[nodiscard]] std::optional<Position> after(const Position& position) const;
  /// Null pointers where the position is in a document without phases to run, or a phase without steps.
  [[nodiscard]] const Phase* phase_at(const Position& position) const;
  [[nodiscard]] const Step* step_at(const Position& position) const;
  /// Whether a saved position fits these documents.
  [[nodiscard]] bool contains(const Position& position) const;

 private:
  [[nodiscard]] Position start_of(std::uint32_t document) const;
  std::vector<PlannedDocument> documents_;
};

}  // namespace ibtest
