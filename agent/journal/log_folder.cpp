#include "agent/journal/log_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/journal/buffered_file.hpp"
#include "agent/journal/result_files.hpp"
#include "agent/journal/stderr_spool.hpp"
#include "agent/protocol/execution_id.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

/// What the block of LOG-10 says about the first failed step.
struct Failure {
  std::string document;
  std::string phase;
  std::string step;
  std::string action;
  std::string message;
  StderrSpool standard_error;
};

void make_folder(const std::filesystem::path& folder) {
  std::filesystem::path made;
  for (const auto& part : folder) {
    made /= part;
    if (::mkdir(made.c_str(), 0755) == 0 || errno == EEXIST) continue;
    // Parents that cannot be written but exist report EROFS or EACCES.
    const int reason = errno;
    std::error_code ignored;
    if (std::filesystem::is_directory(made, ignored)) continue;
    throw Fault(ExitStatus::target_failed, system_error_text("creating the log folder " + made.string(), reason),
                "choose a log directory that can be written");
  }
}

/// A folder that somebody else has put there shows its owner everything, and a link leads where its owner wants. The
/// system's own are those of whoever owns the root folder: in namespaces that need not be user 0.
void refuse_foreign(const std::filesystem::path& folder, bool may_be_link) {
  struct stat about {};
  struct stat root {};
  if (::lstat(folder.c_str(), &about) != 0 || ::stat("/", &root) != 0) return;  // making files in it will say why
  std::string flaw;
  if (about.st_uid != ::geteuid() && about.st_uid != 0 && about.st_uid != root.st_uid) {
    flaw = "belongs to another user";
  } else if (S_ISLNK(about.st_mode) && !may_be_link) {
    flaw = "is a link";
  }
  if (flaw.empty()) return;
  throw Fault(ExitStatus::target_failed, "creating the log folder: " + folder.string() + " " + flaw,
              "remove it, or choose another log directory");
}

}  // namespace

/// Turns events into lines, as the table in the header says.
struct LogFolder::State {
  explicit State(std::filesystem::path log_folder, bool is_reopened)
      : folder(std::move(log_folder)),
        reopened(is_reopened),
        console(folder / "console.log", BufferedFile::Mode::append),
        application(folder / "application.log", BufferedFile::Mode::append),
        standard_error(folder) {}

  void operator()(const Hello& /*hello*/) {}
  void operator()(const RunStarted& /*run*/) {
    if (!reopened) line("Setup: STARTED SETUP");
  }
  void operator()(const DocumentStarted& started) {
    if (!any_document) debug("Executor: STARTED EXECUTION OF ALL DOCUMENTS");
    any_document = true;
    here().document = started.path;
    line("Document " + started.path);
  }
  void operator()(const PhaseStarted& started) {
    here().phase = started.name;
    line("Phase " + started.name);
    debug("Executor: STARTED PHASE " + started.name + " IN DOCUMENT " + here().document);
  }
  void operator()(const StepStarted& started) {
    here().step = started;
    forget_standard_error();
    line("Step " + started.name);
    debug("Executor: STARTED STEP " + started.name + " in PHASE " + here().phase);
  }
  void operator()(const AttemptStarted& attempt) {
    forget_standard_error();
    const StepStarted& step = here().step;
    if (attempt.attempt == 1) {
      debug("Executor: MaxAttempts set to " + std::to_string(step.max_attempts));
      debug("Executor: Timeout set to " + std::to_string(step.timeout_seconds) + " seconds");
    }
    debug("Executor: Attempt " + std::to_string(attempt.attempt) + "/" + std::to_string(step.max_attempts));
  }
  void operator()(const Output& output) {
    if (output.stream == OutputStream::standard_output) {
      write_stdout(output.bytes);
      return;
    }
    if (stderr_shown) forget_standard_error();
    standard_error.append(output.bytes);
    keep_error(standard_error.error());
  }
  void operator()(const LogLine& log) {
    if (log.level == LogLevel::debug) {
      debug(log.text);
    } else if (log.text == stderr_block_line) {
      write_stderr_block(log.text, standard_error);
      stderr_shown = true;
    } else {
      line(log.text);
    }
  }
  void operator()(const IterationStarted& /*iteration*/) { forget_standard_error(); }
  void operator()(const TransferProgress& /*progress*/) {}
  void operator()(const IterationFinished& /*iteration*/) {}
  void operator()(const RebootRequested& /*reboot*/) { flush(); }
  void operator()(const AttemptFinished& /*attempt*/) {}
  void operator()(const StepFinished& finished) {
    const Place& place = here();
    // A failure in a child document is reported under the one of the job (LOG-10).
    if (finished.status == Status::failed && !failure && depth == 0) {
      failure.emplace(Failure{place.document, place.phase, place.step.name, place.step.action, finished.failure_message,
                              std::exchange(standard_error, StderrSpool(folder))});
    }
    debug("Executor: FINISHED STEP " + place.step.name);
    flush();
  }
  void operator()(const PhaseFinished& /*finished*/) { debug("Executor: FINISHED PHASE " + here().phase); }
  void operator()(const DocumentFinished& /*finished*/) {}
  void operator()(const RunFinished& run) {
    line("Executor: FINISHED EXECUTION OF ALL DOCUMENTS");
    const bool failed = run.status == Status::failed || run.status == Status::interrupted;
    line(failed ? "TOE has completed execution with failure - Execution failed!"
                : "TOE has completed execution successfully");
    if (failed && failure) write_failure(*failure);
    flush();
  }
  void operator()(const LogsSent& /*sent*/) {}
  void operator()(const AgentFault& fault) {
    line("[ ERROR ] " + fault.message);
    flush();
  }

  void flush() {
    console.flush();
    application.flush();
    keep_error(console.error());
    keep_error(application.error());
  }

  /// The events of before a reboot are gone; the record of the run still has the failed step, if not what it printed.
  void remember_failure_before_reboot(const RunRecord& record) {
    if (!reopened || failure) return;
    for (const auto& of_document : record.documents) {
      for (const auto& of_phase : of_document.phases) {
        const auto failed = std::ranges::find(of_phase.steps, Status::failed, &StepRecord::status);
        if (failed == of_phase.steps.end()) continue;
        failure.emplace(Failure{of_document.path, of_phase.name, failed->name, failed->action, failed->failure_message,
                                StderrSpool(folder)});
        return;
      }
    }
  }

  void keep_error(const std::string& text) {
    if (error.empty()) error = text;
  }

  std::filesystem::path folder;
  bool reopened;
  BufferedFile console;
  BufferedFile application;
  StderrSpool standard_error;
  bool stderr_shown = false;
  bool stdout_line_open = false;
  bool any_document = false;
  std::string time;         ///< of the event that is being consumed, as lines show it
  std::uint32_t depth = 0;  ///< and its depth
  std::optional<Failure> failure;
  std::string error;

 private:
  /// What is open at one depth.
  struct Place {
    std::string document;
    std::string phase;
    StepStarted step;
  };
  Place& here() {
    if (places.size() <= depth) places.resize(depth + 1);
    return places[depth];
  }
  std::vector<Place> places;

  void both(std::string_view text) {
    console.append(text);
    application.append(text);
  }
  void end_stdout_line() {
    if (stdout_line_open) both("\n");
    stdout_line_open = false;
  }
  void line(std::string_view text) {
    end_stdout_line();
    both(time);
    both(" ");
    both(text);
    both("\n");
  }
  void debug(std::string_view text) {
    // An open line stays open in console.log only; here it would run into this one.
    end_stdout_line();
    application.append(time);
    application.append(" Debug ");
    application.append(text);
    application.append("\n");
  }
  void write_stdout(std::string_view bytes) {
    const auto prefix = time + " Stdout: ";
    while (!bytes.empty()) {
      if (!stdout_line_open) both(prefix);
      const auto end = bytes.find('\n');
      stdout_line_open = end == std::string_view::npos;
      const auto piece = bytes.substr(0, stdout_line_open ? bytes.size() : end + 1);
      both(piece);
      bytes.remove_prefix(piece.size());
    }
  }
  void write_stderr_block(std::string_view label, StderrSpool& spool) {
    end_stdout_line();
    both(time);
    both(" ");
    both(label);
    spool.read([this](std::string_view piece) { both(piece); });
    both("\n");
    keep_error(spool.error());
  }
  void write_failure(Failure& failed) {
    line("Document: " + failed.document);
    line(std::string("ComponentArn: ") + (failed.document.starts_with("arn:") ? failed.document : ""));
    line("Phase: " + failed.phase);
    line("Step: " + failed.step);
    line("Action: " + failed.action);
    if (!failed.message.empty()) line("ErrorMessage: " + failed.message);
    if (!failed.standard_error.empty()) write_stderr_block("Stderr: ", failed.standard_error);
  }
  void forget_standard_error() {
    standard_error = StderrSpool(folder);
    stderr_shown = false;
  }
};

LogFolder::LogFolder(std::unique_ptr<State> state) : state_(std::move(state)) {}
LogFolder::~LogFolder() = default;

std::unique_ptr<LogFolder> LogFolder::create(const std::filesystem::path& parent, std::int64_t start_time_ns,
                                             const std::string& execution_id) {
  const auto folder =
      std::filesystem::absolute(parent) / ("TOE_" + format_time_folder(start_time_ns) + "_UTC-0_" + execution_id);
  make_folder(folder);
  refuse_foreign(folder.parent_path(), true);
  refuse_foreign(folder, false);
  auto state = std::make_unique<State>(folder, false);
  state->flush();
  if (!state->error.empty()) {
    throw Fault(ExitStatus::target_failed, "creating the log folder " + folder.string() + ": " + state->error,
                "choose a log directory that can be written");
  }
  return std::unique_ptr<LogFolder>(new LogFolder(std::move(state)));
}

std::unique_ptr<LogFolder> LogFolder::reopen(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    throw Fault(ExitStatus::target_failed, "going on with the log folder " + folder.string() + ": it is gone",
                "keep the log directory on a disk that survives a reboot");
  }
  auto state = std::make_unique<State>(folder, true);
  state->flush();
  if (!state->error.empty()) {
    throw Fault(ExitStatus::target_failed, "going on with the log folder " + folder.string() + ": " + state->error);
  }
  return std::unique_ptr<LogFolder>(new LogFolder(std::move(state)));
}

const std::filesystem::path& LogFolder::path() const {
  return state_->folder;
}

void LogFolder::add_document(std::size_t index, const std::string& path, std::string_view text) {
  auto name = std::filesystem::path(path).filename().string();
  if (name.empty() || name == "." || name == "..") name = "document.yml";
  BufferedFile file(state_->folder / ("D" + std::to_string(index) + "__" + name), BufferedFile::Mode::replace);
  file.append(text);
  file.flush();
  state_->keep_error(file.error());
}

void LogFolder::consume(const Event& event) {
  state_->time = format_time_ns(event.time_ns);
  state_->depth = event.depth;
  std::visit(*state_, event.body);
}

void LogFolder::flush() {
  state_->flush();
}

void LogFolder::write_results(const RunRecord& record) {
  state_->flush();
  state_->remember_failure_before_reboot(record);
  state_->keep_error(write_result_files(state_->folder, record));
}

const std::string& LogFolder::write_error() const {
  return state_->error;
}

}  // namespace ibtest
