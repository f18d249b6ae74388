#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "actions/action.hpp"
#include "agent/engine/dynamic_values.hpp"
#include "agent/engine/execution_state.hpp"
#include "agent/engine/reference_resolver.hpp"
#include "agent/engine/run_plan.hpp"
#include "agent/engine/step_context.hpp"
#include "agent/expression/loop_values.hpp"
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

  /// Executes what is left and ends the run, or this part of it when a step asks for a reboot.
  void run();

  [[nodiscard]] bool has_next() const {
    return here().next.has_value() && !reboot_requested_by_ && !parts_.control.stop_requested();
  }
  /// One iteration of one attempt of one step, and what opens before and closes after it. Of ExecuteDocument the
  /// iteration only begins: what follows are the steps of the child document.
  void execute_next();
  /// Settles all results, writes them, and reports the end.
  void finish();

  /// It has ended for a reboot, after which it goes on.
  [[nodiscard]] bool reboots() const { return reboot_requested_by_.has_value(); }
  [[nodiscard]] const ExecutionState& state() const { return state_; }
  [[nodiscard]] const std::filesystem::path& log_folder() const { return log_->path(); }

 private:
  /// How an iteration, or the attempt or step that it ended, came out.
  struct Outcome {
    enum class Kind { success, failure, interrupted, skipped };
    Kind kind = Kind::success;
    std::string error = {};
    std::optional<int> exit_code = {};

    bool ends_run = false;  ///< whatever `onFailure` says (STEP-6)

    [[nodiscard]] bool succeeded() const { return kind == Kind::success; }
  };

  /// The documents of one level, and what is open of them in this process; after a resume it opens again (RESUME-9).
  struct Level {
    RunPlan plan;
    std::optional<std::uint32_t> open_document = {};
    std::optional<std::uint32_t> open_phase = {};
    std::optional<std::uint32_t> open_step = {};
    std::optional<std::uint32_t> open_attempt = {};
    bool ends_run = false;                                               ///< and with it the levels above (D-6)
    std::optional<LoopValues> loop = {};                                 ///< of the open step
    std::optional<std::chrono::steady_clock::time_point> deadline = {};  ///< of the open attempt (LOOP-11)
    /// When the open step began, unless that was before a reboot.
    std::optional<std::chrono::steady_clock::time_point> step_began = {};
  };

  /// The level that executes: the innermost one.
  [[nodiscard]] Level& level() { return levels_[depth_]; }
  [[nodiscard]] const Level& level() const { return levels_[depth_]; }
  [[nodiscard]] LevelState& here() { return state_.levels[depth_]; }
  [[nodiscard]] const LevelState& here() const { return state_.levels[depth_]; }
  [[nodiscard]] RunRecord& record() { return state_.record_of(depth_); }
  [[nodiscard]] const RunRecord& record() const { return state_.record_of(depth_); }
  [[nodiscard]] const PlannedDocument& document_at(const Position& position) const {
    return level().plan.documents()[position.document];
  }

  void begin_afresh();
  void resume();
  void log_setup();
  /// `index`: of a document of the job, which is copied into the log folder (LOG-5).
  void log_document(const PlannedDocument& planned, std::optional<std::size_t> index);

  /// Opens the document and phase of a position.
  void enter(const Position& position);
  /// Closes what `next` is no longer part of.
  void leave(const Position& position, const std::optional<Position>& next);
  void close_phase(const Position& position);
  void close_document(std::uint32_t index);

  /// Leaves what is over and stands at `next`.
  void go_on(const Position& position, const std::optional<Position>& next);
  /// Executes one iteration, or the whole step when it has no loop, and goes on after it.
  void execute_step(const Position& position, const Step& step);
  /// What an iteration has come to; gives the position after it.
  [[nodiscard]] std::optional<Position> end_iteration(const Position& position, const Step& step, ActionResult result);
  void open_step(const Position& position, const Step& step);
  /// Decides `if` and reads the values of the loop (COND-5, LOOP-6); what ends the step before it has run.
  [[nodiscard]] std::optional<Outcome> begin_step(const Position& position, const Step& step);
  void begin_attempt(const Position& position, const Step& step);
  void begin_iteration(const Position& position, const Step& step);
  [[nodiscard]] LoopVariables loop_variables(const Position& position, const Step& step) const;
  [[nodiscard]] ActionResult run_iteration(const Position& position, const Step& step);
  [[nodiscard]] ActionResult run_module(const Position& position, const Step& step, const LoopVariables* loop,
                                        StepContext& context);
  [[nodiscard]] Outcome outcome_of(const Position& position, const Step& step, const ActionResult& result);
  /// Keeps the outputs: merged over the iterations of a loop (LOOP-15), else as they are.
  void record_outputs(const Position& position, const Step& step, const Outcome& outcome, ActionResult& result);
  /// The position after a failed or last iteration; closes the step unless there is another attempt.
  [[nodiscard]] std::optional<Position> end_attempt(const Position& position, const Step& step, Outcome outcome);
  [[nodiscard]] std::optional<Position> end_step(const Position& position, const Step& step, const Outcome& outcome);
  void close_step(const Position& position, const Step& step, const Outcome& outcome);
  /// Goes one level down. A refusal of the child document instead, if there is one.
  [[nodiscard]] std::optional<ActionResult> begin_child(const Step& step, ChildRun child);
  [[nodiscard]] std::optional<ActionResult> refuse_child(const ChildRun& child) const;
  /// Closes the innermost level, of which nothing is left to run, and goes on after the step that executed it.
  void end_child();
  [[nodiscard]] const std::string& document_location() const;
  /// Of the ExecuteDocument step that executes the innermost level.
  [[nodiscard]] const StepRecord& calling_step_record() const;
  /// After a resume: the steps that were executing the levels below (RESUME-9).
  void reopen_levels_above();
  void go_to_level(std::size_t depth);
  /// Why there can be no reboot now; empty when it is going to happen.
  [[nodiscard]] std::string reboot_obstacle() const;
  void request_reboot(const Position& position);
  void hand_over_for_reboot();
  /// What a reboot does and a restarted container does not (EMU-REBOOT-3).
  void empty_folders_after_reboot();
  void log_inputs(const Step& step, const ReferenceResolver& resolver, const LoopVariables* loop);
  void log_result(const Position& position, const Step& step, const Outcome& outcome);
  void log_error(const Step& step, const std::string& error);
  /// SecureStrings that were resolved are masked from now on (VAR-19).
  void keep_secrets(const std::vector<std::string>& resolved);
  void mask_outputs(const StepRecord& record);
  [[nodiscard]] ReferenceScope scope_of(const Position& position, const Step& step) const;
  [[nodiscard]] StepContext context_of(const Position& position, const Step& step);

  [[nodiscard]] bool interrupted() const { return here().next.has_value() && parts_.control.stop_requested(); }
  /// Settles the result of the innermost level.
  void settle_record();
  [[nodiscard]] bool is_masked(const Position& position, const Step& step) const;
  [[nodiscard]] PhaseRecord& phase_record(const Position& position);
  [[nodiscard]] std::map<std::string, std::string> environment() const;
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
  DynamicValues dynamic_;
  ExecutionState state_;
  std::deque<Level> levels_;  ///< parallel to state_.levels
  std::size_t depth_ = 0;
  std::unique_ptr<LogFolder> log_;
  boost::asio::steady_timer files_timer_;
  std::chrono::steady_clock::time_point files_written_;
  bool files_scheduled_ = false;
  bool results_dirty_ = false;
  bool warned_of_write_error_ = false;
  std::optional<StepAddress> reboot_requested_by_;
  std::int64_t reboot_delay_ = 0;
};

/// The results of a document before anything of it has run.
[[nodiscard]] DocumentRecord record_of(const PlannedDocument& planned);

/// The name of the phases that Image Builder runs in the test stage (DOC-9); all others belong to the build stage.
[[nodiscard]] bool is_test_stage_phase(std::string_view phase);

/// Limits of a step as written or by default (GEN-16); ExecuteDocument and Reboot have none (STEP-6, REBOOT-6).
[[nodiscard]] std::int64_t timeout_of(const Step& step);
[[nodiscard]] std::int64_t attempts_of(const Step& step);
[[nodiscard]] std::string_view on_failure_word(OnFailure on_failure);

}  // namespace ibtest
