#include "agent/protocol/event.hpp"

#include <array>

#include <fmt/format.h>

#include "agent/protocol/line_writer.hpp"

namespace ibtest {

namespace {

struct StatusName {
  Status status;
  std::string_view word;
};
constexpr std::array<StatusName, 6> status_names = {{
    {Status::success, "success"},
    {Status::failed, "failed"},
    {Status::ignored_failure, "ignoredFailure"},
    {Status::success_with_ignored_failure, "successWithIgnoredFailure"},
    {Status::skipped, "skipped"},
    {Status::interrupted, "interrupted"},
}};

std::string_view level_word(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::warning:
      return "warning";
    case LogLevel::console:
      break;
  }
  return "console";
}

/// Writes the fields of each kind of event after the common ones. Keys are part of the wire format.
struct BodyWriter {
  LineWriter& line;

  void operator()(const Hello& hello) const {
    line.text("e", "hello").number("v", hello.protocol).text("version", hello.version).text("machine", hello.machine);
  }
  void operator()(const RunStarted& run) const {
    line.text("e", "run").text("id", run.execution_id).text("log", run.log_directory).number("steps", run.step_count);
  }
  void operator()(const DocumentStarted& document) const {
    line.text("e", "document").number("d", document.document).text("path", document.path).text("name", document.name);
  }
  void operator()(const PhaseStarted& phase) const {
    line.text("e", "phase").number("d", phase.document).number("p", phase.phase).text("name", phase.name);
  }
  void operator()(const StepStarted& step) const {
    line.text("e", "step").address(step.address).text("name", step.name).text("action", step.action);
    line.number("line", step.line).number("attempts", step.max_attempts).number("timeout", step.timeout_seconds);
  }
  void operator()(const AttemptStarted& attempt) const {
    line.text("e", "attempt").address(attempt.address).number("i", attempt.attempt);
  }
  void operator()(const IterationStarted& iteration) const {
    line.text("e", "iteration").address(iteration.address).number("i", iteration.iteration);
    line.number("of", iteration.count).text("value", iteration.value);
  }
  void operator()(const IterationFinished& iteration) const {
    line.text("e", "iteration-end").address(iteration.address).number("i", iteration.iteration);
    line.flag("ok", iteration.succeeded);
    if (iteration.exit_code) line.number("exit", *iteration.exit_code);
    line.text("error", iteration.error);
  }
  void operator()(const RebootRequested& reboot) const {
    line.text("e", "reboot").address(reboot.address).text("state", reboot.state);
  }
  void operator()(const LogLine& log) const {
    line.text("e", "log").text("level", level_word(log.level)).text("text", log.text);
  }
  void operator()(const Output& output) const {
    line.text("e", "out").text("to", output.stream == OutputStream::standard_output ? "out" : "err");
    line.text("text", output.bytes);
  }
  void operator()(const TransferProgress& progress) const {
    line.text("e", "progress").text("what", progress.done_what).number("bytes", progress.bytes);
    line.number("total", progress.total);
  }
  void operator()(const AttemptFinished& attempt) const {
    line.text("e", "attempt-end").address(attempt.address).number("i", attempt.attempt).flag("ok", attempt.succeeded);
    if (attempt.exit_code) line.number("exit", *attempt.exit_code);
    line.text("error", attempt.error);
  }
  void operator()(const StepFinished& step) const {
    line.text("e", "step-end").address(step.address).text("status", status_word(step.status));
    line.text("message", step.failure_message).number("ms", step.duration_ms).number("attempts", step.attempts);
  }
  void operator()(const PhaseFinished& phase) const {
    line.text("e", "phase-end").number("d", phase.document).number("p", phase.phase);
    line.text("status", status_word(phase.status));
  }
  void operator()(const DocumentFinished& document) const {
    line.text("e", "document-end").number("d", document.document).text("status", status_word(document.status));
  }
  void operator()(const RunFinished& run) const {
    line.text("e", "run-end").text("status", status_word(run.status)).number("executed", run.counts.executed);
    line.number("failed", run.counts.failed).number("ignored", run.counts.ignored_failed);
    line.number("skipped", run.counts.skipped).text("message", run.failure_message);
  }
  void operator()(const LogsSent& sent) const { line.text("e", "logs-sent").text("error", sent.error); }
  void operator()(const AgentFault& fault) const {
    line.text("e", "fault").text("message", fault.message).text("remedy", fault.remedy);
  }
};

}  // namespace

std::string progress_text(const TransferProgress& progress) {
  constexpr double mebibyte = 1U << 20U;
  const auto in_mebibytes = [](std::uint64_t bytes) { return static_cast<double>(bytes) / mebibyte; };
  std::string text = fmt::format("{} {:.1f} MiB", progress.done_what, in_mebibytes(progress.bytes));
  if (progress.total > 0) text += fmt::format(" of {:.1f} MiB", in_mebibytes(progress.total));
  return text;
}

std::string_view status_word(Status status) {
  for (const auto& name : status_names) {
    if (name.status == status) return name.word;
  }
  return "failed";
}

std::optional<Status> status_from_word(std::string_view word) {
  for (const auto& name : status_names) {
    if (name.word == word) return name.status;
  }
  return std::nullopt;
}

std::string encode(const Event& event) {
  std::string text;
  if (const auto* output = std::get_if<Output>(&event.body)) text.reserve(output->bytes.size() * 9 / 8 + 96);
  {
    LineWriter line(text);
    line.number("n", event.sequence).number("t", event.time_ns);
    if (event.depth > 0) line.number("depth", event.depth);
    std::visit(BodyWriter{line}, event.body);
  }
  return text;
}

}  // namespace ibtest
