#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/protocol/event_sink.hpp"
#include "runner/report/output_tail.hpp"

namespace ibtest {

/// A step of a child document, as it is shown below the ExecuteDocument step that executes it.
struct ChildStepReport {
  std::uint32_t depth = 1;
  std::string document = {};
  std::string phase = {};
  std::string name = {};
  std::string action = {};
  std::optional<Status> status = {};  ///< nothing while it runs
  std::string failure_message = {};
  std::int64_t duration_ms = 0;
  std::uint32_t attempts = 1;
};

/// What reports show of one step.
struct StepReport {
  std::size_t stage = 0;  ///< index into RunHistory::stages()
  StepAddress address;
  std::string document;  ///< path as given
  std::string phase;
  std::string name;
  std::string action;
  std::uint32_t line = 0;
  std::optional<Status> status;  ///< nothing when it never ended: the run was broken off in it
  std::string failure_message;
  std::optional<int> exit_code;
  std::int64_t start_time_ns = 0;
  std::int64_t duration_ms = 0;
  std::uint32_t attempts = 1;
  std::int64_t max_attempts = 1;
  std::optional<std::uint64_t> iteration;  ///< of a loop, the last one that ran
  std::uint64_t iterations = 0;
  std::string iteration_value;
  std::string iteration_error;          ///< of the iteration that failed
  std::vector<std::string> last_lines;  ///< raw
  bool lines_dropped = false;           ///< there were more lines than `last_lines`

  /// failed or interrupted, or never ended.
  [[nodiscard]] bool went_wrong() const;
};

struct StageReport {
  std::string name = {};  ///< "build", "test"; empty when all phases run in one machine
  std::string execution_id = {};
  std::string log_directory = {};  ///< in the target
  std::uint32_t step_count = 0;    ///< steps that this stage could run
  std::uint32_t reboots = 0;
  std::optional<RunFinished> finished = {};  ///< nothing when the stage was broken off
};

/// Memory of a run on one target, fed with the events of its stages. Bounded per step whatever the steps print, and
/// however long their names and messages are; how many steps come is for the caller to bound.
class RunHistory : public EventSink {
 public:
  /// The events that follow belong to a new stage.
  void begin_stage(std::string name);
  void consume(const Event& event) override;

  [[nodiscard]] const std::vector<StageReport>& stages() const { return stages_; }
  [[nodiscard]] const std::vector<StepReport>& steps() const { return steps_; }
  /// The step that runs now, or that ran when the stage was broken off.
  [[nodiscard]] const StepReport* running() const { return running_ ? &steps_[*running_] : nullptr; }
  /// The steps of child documents that run now, the outermost first.
  [[nodiscard]] const std::vector<ChildStepReport>& children() const { return children_; }
  /// Output of the running step so far.
  [[nodiscard]] const OutputTail& output() const { return output_; }
  /// The first step that failed, the one that a broken run stood in included.
  [[nodiscard]] const StepReport* first_failed() const;
  /// Sums over all stages; counted from the steps where a stage has no result of its own.
  [[nodiscard]] Counts counts() const;
  /// Lines that the agent or an action wants people to see.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  /// Message of an agent that gave up.
  [[nodiscard]] const std::optional<AgentFault>& agent_fault() const { return agent_fault_; }

 private:
  void consume_child(const Event& event);
  [[nodiscard]] bool goes_on(const StepAddress& address);
  void finish_step(const StepFinished& finished);

  std::vector<StageReport> stages_;
  std::vector<StepReport> steps_;
  std::optional<std::size_t> running_;
  std::vector<ChildStepReport> children_;
  OutputTail output_;
  std::vector<std::string> warnings_;
  std::optional<AgentFault> agent_fault_;
  std::string document_;
  std::string phase_;
};

}  // namespace ibtest
