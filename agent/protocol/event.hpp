#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <nlohmann/json.hpp>

namespace ibtest {

/// Version of the conversation between runner and agent; both refuse another one.
inline constexpr int protocol_version = 1;

/// The line an init writes in the place of an event when its agent has ended: an engine's program that started the
/// container does not end with the stream.
inline constexpr std::string_view agent_ended_line = "\x04";

/// Result of a step, phase, document or run (EXEC-1). `interrupted` is ibtest's own: the run was stopped from outside.
enum class Status { success, failed, ignored_failure, success_with_ignored_failure, skipped, interrupted };

/// The word of the result files: "success", "failed", "ignoredFailure", ...
[[nodiscard]] std::string_view status_word(Status status);
[[nodiscard]] std::optional<Status> status_from_word(std::string_view word);

/// Which step of the run, by indices into the job's documents and their phases and steps as written.
struct StepAddress {
  std::uint32_t document = 0;
  std::uint32_t phase = 0;
  std::uint32_t step = 0;

  friend auto operator<=>(const StepAddress&, const StepAddress&) = default;
};

struct Counts {
  std::uint32_t executed = 0;
  std::uint32_t failed = 0;
  std::uint32_t ignored_failed = 0;
  std::uint32_t skipped = 0;
};

/// First event of every agent.
struct Hello {
  int protocol = protocol_version;
  std::string version;
  std::string machine;  ///< uname -m
};

struct RunStarted {
  std::string execution_id;
  std::string log_directory;  ///< absolute path in the target (LOG-1)
  std::uint32_t step_count = 0;
};

struct DocumentStarted {
  std::uint32_t document = 0;
  std::string path;  ///< as given
  std::string name;
};

struct PhaseStarted {
  std::uint32_t document = 0;
  std::uint32_t phase = 0;
  std::string name;
};

struct StepStarted {
  StepAddress address;
  std::string name;
  std::string action;
  std::uint32_t line = 0;  ///< of the step's name in its document
  std::int64_t max_attempts = 1;
  std::int64_t timeout_seconds = -1;
};

struct AttemptStarted {
  StepAddress address;
  std::uint32_t attempt = 1;
};

struct IterationStarted {
  StepAddress address;
  std::uint64_t iteration = 0;  ///< from 0 (LOOP-4)
  std::uint64_t count = 0;
  std::string value;
};

struct IterationFinished {
  StepAddress address;
  std::uint64_t iteration = 0;
  bool succeeded = false;
  std::optional<int> exit_code;
  std::string error;
};

/// The machine is to be restarted, and the run to go on from `state`, the next job's `resume`. The agent executes
/// nothing more.
struct RebootRequested {
  StepAddress address;  ///< of the step that asked
  std::string state;    ///< JSON
};

enum class LogLevel {
  console,  ///< a line of console.log and application.log
  debug,    ///< a line of application.log only; stays in the target
  warning,  ///< a line of console.log that people must see
};

struct LogLine {
  LogLevel level = LogLevel::console;
  std::string text;
};

enum class OutputStream { standard_output, standard_error };

/// Bytes a step's process wrote, as they came. In memory raw; on the wire invalid UTF-8 is replaced (OUT-11).
struct Output {
  OutputStream stream = OutputStream::standard_output;
  std::string bytes;
};

/// How far a transfer of the running step has come, about once a second.
struct TransferProgress {
  std::string done_what;  ///< "Received", "Sent"
  std::uint64_t bytes = 0;
  std::uint64_t total = 0;  ///< 0 where nobody knows it
};
/// "Received 12.0 MiB of 40.0 MiB".
[[nodiscard]] std::string progress_text(const TransferProgress& progress);

struct AttemptFinished {
  StepAddress address;
  std::uint32_t attempt = 1;
  bool succeeded = false;
  std::optional<int> exit_code;
  std::string error;
};

struct StepFinished {
  StepAddress address;
  Status status = Status::success;
  std::string failure_message;
  std::int64_t duration_ms = 0;
  std::uint32_t attempts = 1;
};

struct PhaseFinished {
  std::uint32_t document = 0;
  std::uint32_t phase = 0;
  Status status = Status::success;
};

struct DocumentFinished {
  std::uint32_t document = 0;
  Status status = Status::success;
};

/// Last event of a run.
struct RunFinished {
  Status status = Status::success;
  Counts counts;
  std::string failure_message;
};

/// The answer to SendLogs.
struct LogsSent {
  std::string error;  ///< empty when all of them were sent
};

/// The agent itself cannot go on (log folder not writable, unreadable job); the run has no result.
struct AgentFault {
  std::string message;
  std::string remedy;
};

using EventBody =
    std::variant<Hello, RunStarted, DocumentStarted, PhaseStarted, StepStarted, AttemptStarted, IterationStarted,
                 LogLine, Output, TransferProgress, IterationFinished, AttemptFinished, StepFinished, PhaseFinished,
                 DocumentFinished, RebootRequested, RunFinished, LogsSent, AgentFault>;

/// Of events: documents may be nested this deep (EXECUTEDOCUMENT-2).
inline constexpr std::uint32_t most_depth = 3;

/// One entry of the typed event stream that every consumer reads: console, reports, log folder.
struct Event {
  std::uint64_t sequence = 0;  ///< from 1, without gaps
  std::int64_t time_ns = 0;    ///< nanoseconds since 1970-01-01 UTC
  EventBody body;
  /// How many ExecuteDocument steps are above: addresses count within the child document then.
  std::uint32_t depth = 0;
};

/// One line of JSON without line break. Invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string encode(const Event& event);
/// Throws Fault (target_failed) when the line is no event of this protocol version.
[[nodiscard]] Event decode_event(std::string_view line);

}  // namespace ibtest
