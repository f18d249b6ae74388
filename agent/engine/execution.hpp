#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "actions/action.hpp"
#include "agent/engine/execution_state.hpp"
#include "agent/engine/reference_resolver.hpp"
#include "agent/engine/run_plan.hpp"
#include "agent/engine/step_context.hpp"
#include "agent/journal/log_folder.hpp"
#include "agent/protocol/job.hpp"

namespace ibtest {

/// One run of a job (section 6.1 of the language specification): while there is a next position, execute it. Where the
/// run stands is a value, so going on after a reboot, starting at a step or repeating one is nothing but another value.
class Execution {
 public:
  /// Reads the documents, opens the log folder, and takes the position from the job's saved state or the first step.
  /// Throws Fault when there can be no run at all: no log folder, an unusable saved state.
  Execution(Job job, AgentParts& parts);
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution();

  /// Executes what is left and ends the run.
  void run();

  [[nodiscard]] bool has_next() const { return state_.next.has_value() && !parts_.control.stop_requested(); }
  /// One attempt of one step, and what opens before and closes after it.
  void execute_next();
  /// Settles all results, writes them, and reports the end.
  void finish();

  [[nodiscard]] const ExecutionState& state() const { return state_; }
  [[nodiscard]] const std::filesystem::path& log_folder() const { return log_->path(); }

 private:
  struct AttemptOutcome {
    bool succeeded = false;
    bool interrupted = false;
    std::string error;
  };

  void begin_afresh();
  void resume();
  void log_setup();
  void log_document(std::size_t index);

  /// Opens the document and phase of a position.
  void enter(const Position& position);
  /// Closes what `next` is no longer part of.
  void leave(const Position& position, const std::optional<Position>& next);
  void close_phase(const Position& position);
  void close_document(std::uint32_t index);

  /// Makes one attempt; gives the position after it.
  [[nodiscard]] std::optional<Position> execute_step(const Position& position, const Step& step);
  void open_step(const Position& position, const Step& step);
  [[nodiscard]] AttemptOutcome attempt(const Position& position, const Step& step);
  [[nodiscard]] ActionResult run_module(const Position& position, const Step& step, StepContext& context);
  void close_step(const Position& position, const Step& step, const AttemptOutcome& outcome);
  void log_inputs(const Position& position, const Step& step, const ReferenceResolver& resolver);
  void log_attempt(const Position& position, const Step& step, const AttemptOutcome& outcome,
                   std::optional<int> exit_code, const StepRecord& record);
  void log_error(const Step& step, const std::string& error);
  void mask_outputs(const StepRecord& record);

  [[nodiscard]] bool interrupted() const { return state_.next.has_value() && parts_.control.stop_requested(); }
  [[nodiscard]] bool is_masked(const Position& position, const Step& step) const;
  [[nodiscard]] PhaseRecord& phase_record(const Position& position);
  [[nodiscard]] std::map<std::string, std::string> environment_of(const Phase& phase) const;
  void debug(std::string text);

  /// The files follow the state and the output of steps, at most about once a second, so that an agent that is killed
  /// leaves usable ones.
  void results_changed();
  void schedule_files(std::chrono::steady_clock::time_point due);
  void write_results();
  /// Says once that something could not be written.
  void warn_of_write_errors();

  Job job_;
  AgentParts& parts_;
  RunPlan plan_;
  ExecutionState state_;
  std::unique_ptr<LogFolder> log_;
  boost::asio::steady_timer files_timer_;
  std::chrono::steady_clock::time_point files_written_;
  bool files_scheduled_ = false;
  bool results_dirty_ = false;
  bool warned_of_write_error_ = false;
  /// What is open in this process; after a resume it opens again (RESUME-9).
  std::optional<std::uint32_t> open_document_;
  std::optional<std::uint32_t> open_phase_;
  std::optional<std::uint32_t> open_step_;
};

/// The name of the phases that Image Builder runs in the test stage (DOC-9); all others belong to the build stage.
[[nodiscard]] bool is_test_stage_phase(std::string_view phase);

/// Limits of a step as written or by default (GEN-16).
[[nodiscard]] std::int64_t timeout_of(const Step& step);
[[nodiscard]] std::int64_t attempts_of(const Step& step);
[[nodiscard]] std::string_view on_failure_word(OnFailure on_failure);

}  // namespace ibtest
