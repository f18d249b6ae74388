#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/journal/run_record.hpp"
#include "agent/protocol/event.hpp"
#include "agent/protocol/job.hpp"

namespace ibtest {

/// Where documents stand: what is executed next. Indices count the documents, and phases and steps as written. A
/// document without phases to run, or a phase without steps, is passed at phase 0 and step 0.
struct Position {
  std::uint32_t document = 0;
  std::uint32_t phase = 0;
  std::uint32_t step = 0;
  std::uint32_t attempt = 1;
  std::uint64_t iteration = 0;

  [[nodiscard]] StepAddress address() const { return {document, phase, step}; }
  friend auto operator<=>(const Position&, const Position&) = default;
};

/// How far a step that has begun has come, between two of its iterations or attempts.
struct StepProgress {
  std::vector<std::string> loop_texts;  ///< of a `forEach`, read once (LOOP-6)
};

/// Where one level of documents stands: those of the job, or the child document that an ExecuteDocument step of the
/// level above executes.
struct LevelState {
  std::optional<Position> next;          ///< nothing: the level is over
  std::optional<StepProgress> progress;  ///< of the step at `next` once it has begun; its `if` is decided (COND-5)
  Counts counts;
};

/// Everything that is known of a run between two positions. Saved and loaded it goes on as if nothing had happened;
/// set to another position it goes on there.
struct ExecutionState {
  std::vector<LevelState> levels = std::vector<LevelState>(1);  ///< the job's documents first
  std::vector<ChildRun> children;                               ///< what the levels after the first one execute
  std::uint32_t reboots = 0;
  RunRecord record;
  std::string log_folder;     ///< of the run, to be reopened (RESUME-8)
  bool failed_setup = false;  ///< a document was refused; nothing runs

  /// The results of a level: those of a child are part of the step that executes it (LOG-17).
  [[nodiscard]] RunRecord& record_of(std::size_t level);
  [[nodiscard]] const RunRecord& record_of(std::size_t level) const;
};

void to_json(nlohmann::json& json, const Position& position);
void from_json(const nlohmann::json& json, Position& position);
void to_json(nlohmann::json& json, const ExecutionState& state);
/// Throws nlohmann::json::exception for anything that to_json() does not write.
void from_json(const nlohmann::json& json, ExecutionState& state);

}  // namespace ibtest
