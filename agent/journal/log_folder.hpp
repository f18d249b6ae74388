#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "agent/journal/run_record.hpp"
#include "agent/protocol/event_sink.hpp"

namespace ibtest {

/// The log folder of one run in the target (section 6.3 of the language specification): console.log, application.log,
/// the documents, detailedoutput.json, chaining.json. Consumes the event stream; bounded in memory whatever a step
/// prints (standard error is spooled to a file until its command has ended, LOG-7).
///
/// Which event makes which line. Every line of console.log also stands in application.log; [debug] marks lines of
/// application.log only, written as `<time> Debug <text>`.
///
///     RunStarted              Setup: STARTED SETUP                       (not in a reopened folder)
///     DocumentStarted         [debug] Executor: STARTED EXECUTION OF ALL DOCUMENTS     (before the first one)
///                             Document <path>
///     PhaseStarted            Phase <name>
///                             [debug] Executor: STARTED PHASE <name> IN DOCUMENT <path>
///     StepStarted             Step <name>
///                             [debug] Executor: STARTED STEP <name> in PHASE <phase>
///     AttemptStarted          [debug] Executor: MaxAttempts set to <n>, Timeout set to <n> seconds   (first attempt)
///                             [debug] Executor: Attempt <i>/<n>
///     Output, standard output Stdout: <line>           one line per line, its first bytes decide on the time (LOG-7)
///     Output, standard error  nothing yet: it is kept for the next two rows
///     LogLine                 its text as it is, with prefix: "ExecuteBash: STARTED EXECUTION"; level debug: [debug].
///                             The text stderr_block_line has the kept standard error of the command appended (raw,
///                             one trailing line break removed): send it once per command, after all of its Output.
///     StepFinished            [debug] Executor: FINISHED STEP <name>; remembers the first failed step and what its
///                             last command wrote to standard error, for RunFinished
///     PhaseFinished           [debug] Executor: FINISHED PHASE <name>
///     RunFinished             Executor: FINISHED EXECUTION OF ALL DOCUMENTS
///                             TOE has completed execution successfully | ... with failure - Execution failed! (LOG-9)
///                             the block of LOG-10 for the first failed step, D-10
///     AgentFault              [ ERROR ] <message>
///     all others              nothing
///
/// Everything else comes as LogLine: "Setup: Document x is a local path", the lines of CmdExecution and of modules, of
/// RESUME-9, and the debug lines of Setup, Chaining and Executor that are not in this list. For one command the engine
/// sends, in this order (with what the process prints as Output in between):
///
///     CmdExecution: Preparing object for command bash with arguments [...]
///     CmdExecution: Starting execution of command with arguments [bash ...]
///     CmdExecution: Terminating read operation on STDOUT pipe - EOF
///     CmdExecution: Command execution has been completed
///     CmdExecution: Command execution was completed successfully | CmdExecution: [ ERROR ] Command execution has
///     resulted in an error
///     CmdExecution: Stderr:              (stderr_block_line)
///     CmdExecution: ExitCode <n>
///
/// Steps with disableLogging send no Output and no stderr block content (STEP-7); values that must be masked elsewhere
/// (D-19) are masked by the sender of events (agent/protocol/value_mask.hpp), and by write_results() in the result
/// files.
class LogFolder : public EventSink {
 public:
  /// Text of the LogLine that is followed by the command's standard error.
  static constexpr std::string_view stderr_block_line = "CmdExecution: Stderr: ";

  /// Creates `<parent>/TOE_<time>_UTC-0_<execution id>` with missing parents (LOG-1, LOG-3). Throws Fault.
  static std::unique_ptr<LogFolder> create(const std::filesystem::path& parent, std::int64_t start_time_ns,
                                           const std::string& execution_id);
  /// Opens the folder of a run that goes on after a reboot (RESUME-8); its logs are continued. Throws Fault.
  static std::unique_ptr<LogFolder> reopen(const std::filesystem::path& folder);
  ~LogFolder() override;

  [[nodiscard]] const std::filesystem::path& path() const;
  /// Writes D<index>__<basename> (LOG-5).
  void add_document(std::size_t index, const std::string& path, std::string_view text);
  /// Never throws; what cannot be written is kept in write_error().
  void consume(const Event& event) override;
  /// Writes what is buffered. StepFinished, RunFinished and the destructor do it; call it before waiting for a process
  /// that is silent, so that a reader of the files sees what there is.
  void flush();
  /// Replaces detailedoutput.json and chaining.json, each by a temporary file and a rename. Outputs of masked steps
  /// are "***", and their values are masked wherever else they appear (D-19). In a reopened folder the record also
  /// tells of steps that failed before the reboot, for LOG-10.
  void write_results(const RunRecord& record);
  /// The first thing that could not be written ("writing console.log: No space left on device"); empty if all was.
  [[nodiscard]] const std::string& write_error() const;

 private:
  struct State;
  explicit LogFolder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ibtest
