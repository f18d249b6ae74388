#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/protocol/event.hpp"
#include "agent/protocol/value_mask.hpp"

namespace ibtest {

struct RunRecord;

/// What is known of a step that has run, runs, or was skipped. What chaining reads and the result files show.
struct StepRecord {
  std::string name;
  std::string action;
  Status status = Status::success;
  std::string failure_message;
  std::int64_t timeout_seconds = 7200;
  std::string on_failure = "Abort";
  std::int64_t max_attempts = 1;
  std::int64_t start_time_ns = 0;
  std::int64_t end_time_ns = 0;
  nlohmann::ordered_json inputs = nlohmann::ordered_json::array();   ///< resolved, one object per element (LOG-13)
  nlohmann::ordered_json outputs = nlohmann::ordered_json::array();  ///< real values, for chaining
  bool masked = false;          ///< disableLogging: result files show "***" for the outputs (STEP-7)
  nlohmann::ordered_json loop;  ///< null without one (LOG-18)
  /// Of ExecuteDocument: one for every iteration (EXECUTEDOCUMENT-10).
  std::vector<RunRecord> child_runs;
};

struct PhaseRecord {
  std::string name;
  bool selected = true;  ///< LOG-21
  bool started = false;  ///< phases that never started are left out of detailedoutput.json (EXEC-9)
  Status status = Status::success;
  std::string failure_message;
  std::int64_t start_time_ns = 0;
  std::int64_t end_time_ns = 0;
  std::vector<StepRecord> steps;  ///< those that have run
};

struct DocumentRecord {
  std::string name;
  std::string description;
  std::string path;  ///< as given
  bool started = false;
  Status status = Status::success;
  std::string failure_message;
  std::int64_t start_time_ns = 0;
  std::int64_t end_time_ns = 0;
  std::vector<PhaseRecord> phases;
};

/// The results of a run so far: the content of detailedoutput.json and chaining.json.
struct RunRecord {
  std::string execution_id;
  Status status = Status::success;
  std::string failure_message;
  std::int64_t start_time_ns = 0;
  std::int64_t end_time_ns = 0;
  std::vector<DocumentRecord> documents;
  std::vector<std::string> secrets;  ///< SecureStrings that were resolved; nothing that is written may show them
};

/// Any Failed step gives failed; else any IgnoredFailure gives success_with_ignored_failure; else success (STEP-10).
[[nodiscard]] Status combine(Status so_far, Status next);

/// Every step that has run, those of child documents included, in the order in which they began.
void for_each_step(const RunRecord& record, const std::function<void(const StepRecord& step)>& visit);

/// The output values of all steps with disableLogging so far, and all secrets; what else the run writes must not show
/// them (D-19).
[[nodiscard]] ValueMask mask_of(const RunRecord& record);

/// Complete and lossless, for saving and resuming.
void to_json(nlohmann::json& json, const RunRecord& record);
void from_json(const nlohmann::json& json, RunRecord& record);

}  // namespace ibtest
