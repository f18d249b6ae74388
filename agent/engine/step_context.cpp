#include "agent/engine/step_context.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/engine/step_process.hpp"
#include "agent/journal/log_folder.hpp"

namespace ibtest {

namespace {

// For a process that puts back what its module has changed, counted from its start.
constexpr std::chrono::seconds restore_patience{30};

// A transfer that takes less shows nothing; the logs have fewer lines than the console is told.
constexpr std::chrono::seconds progress_interval{1};
constexpr std::chrono::seconds logged_progress_interval{10};

}  // namespace

StepContext::StepContext(AgentParts& parts, AttemptSettings settings) : parts_(parts), settings_(std::move(settings)) {
  // Without children there is no daemon of an earlier step, and no need to read /proc.
  if (parts_.children.reap()) earlier_ = EarlierProcesses::now();
  next_progress_ = std::chrono::steady_clock::now() + progress_interval;
  next_logged_progress_ = std::chrono::steady_clock::now() + logged_progress_interval;
}

void StepContext::log(std::string_view text) {
  parts_.events.log(LogLevel::console, fmt::format("{}: {}", settings_.module, text));
}

void StepContext::warn(std::string_view text) {
  parts_.events.log(LogLevel::warning, fmt::format("{}: {}", settings_.module, text));
}

void StepContext::show(std::string_view text) {
  if (!settings_.logging) return;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    log(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void StepContext::show_progress(std::string_view done_what, std::uint64_t bytes, std::uint64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_progress_) return;
  next_progress_ = now + progress_interval;
  const TransferProgress progress{std::string(done_what), bytes, total};
  parts_.events.emit(progress);
  if (now < next_logged_progress_) return;
  next_logged_progress_ = now + logged_progress_interval;
  log(progress_text(progress));
}

std::filesystem::path StepContext::resolve(std::string_view path) const {
  return settings_.working_directory / path;
}

bool StepContext::must_stop() {
  parts_.loop.poll();
  return parts_.control.stop_requested() || timed_out();
}

bool StepContext::timed_out() const {
  return process_timed_out_ || (settings_.deadline && std::chrono::steady_clock::now() >= *settings_.deadline);
}

std::unique_ptr<RunnerExchange> StepContext::ask_runner(nlohmann::json question) {
  return parts_.exchanges.open(std::move(question), [this] { return must_stop(); });
}

ProcessResult StepContext::run_process(const ProcessRequest& request) {
  log_start(request.command_line);
  auto environment = request.variables;
  environment.insert(settings_.environment.begin(), settings_.environment.end());
  const auto deadline = request.restores ? std::chrono::steady_clock::now() + restore_patience : settings_.deadline;
  const StepProcessSettings process{.command_line = request.command_line,
                                    .environment = std::move(environment),
                                    .working_directory = settings_.working_directory,
                                    .timeout_seconds = settings_.timeout_seconds,
                                    .deadline = deadline,
                                    .earlier = earlier_,
                                    .heeds_stop = !request.restores};
  const StepProcessListener listener{
      .output =
          [this, &request](OutputStream stream, std::string bytes) {
            const bool shown = request.output_logged || stream == OutputStream::standard_error;
            if (settings_.logging && shown) parts_.events.output(stream, std::move(bytes));
          },
      .warning = [this](const std::string& text) { warn(text); },
      .accepts_output = [this] { return parts_.to_runner.accepts_output(); },
      .when_accepting = [this](std::function<void()> go_on) { parts_.to_runner.when_accepting(std::move(go_on)); }};
  StepProcess runner(parts_.loop, parts_.children, parts_.control);
  ProcessResult result = runner.run(process, listener);
  process_timed_out_ = process_timed_out_ || (result.timed_out && !request.restores);
  parts_.events.end_output();
  log_end(result);
  return result;
}

void StepContext::log_start(const std::vector<std::string>& command_line) {
  parts_.events.log(LogLevel::console,
                    fmt::format("CmdExecution: Preparing object for command {} with arguments [{}]",
                                command_line.front(), fmt::join(std::span(command_line).subspan(1), " ")));
  parts_.events.log(LogLevel::console, fmt::format("CmdExecution: Starting execution of command with arguments [{}]",
                                                   fmt::join(command_line, " ")));
}

void StepContext::log_end(const ProcessResult& result) {
  const auto line = [this](std::string text) {
    parts_.events.log(LogLevel::console, "CmdExecution: " + std::move(text));
  };
  if (result.start_error != 0) return line("[ ERROR ] Command execution has resulted in an error");
  line("Terminating read operation on STDOUT pipe - EOF");
  line("Command execution has been completed");
  line(result.error.empty() ? "Command execution was completed successfully"
                            : "[ ERROR ] Command execution has resulted in an error");
  parts_.events.log(LogLevel::console, std::string(LogFolder::stderr_block_line));
  // A process ended by a signal has no exit code; the executor prints -1 for it, as Go's ExitCode().
  line(fmt::format("ExitCode {}", result.exit_code.value_or(-1)));
}

}  // namespace ibtest
