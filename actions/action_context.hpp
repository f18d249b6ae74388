#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include <nlohmann/json.hpp>

namespace ibtest {

/// A program that a module wants to have run.
struct ProcessRequest {
  std::vector<std::string> command_line;
  std::map<std::string, std::string> variables = {};  ///< added to the step's environment, or put in its place
  bool output_logged = true;  ///< false: what it prints on standard output is for the module alone
  /// Puts back what the module has changed: runs after a time-out or stop too, with half a minute of its own.
  bool restores = false;
};

/// How a process that a module started has ended.
struct ProcessResult {
  std::optional<int> exit_code;  ///< empty when killed by a signal or never started
  std::string
      error;  ///< empty on exit code 0; else "exit status 3", "signal: killed", a start error, or the time-out text
  /// errno when the program could not be started, ENOENT also for a name that is not in PATH; modules turn it into
  /// the text of EXECUTEBINARY-5.
  int start_error = 0;
  bool timed_out = false;
  bool stopped = false;             ///< the run was asked to stop
  std::string standard_output;      ///< trailing line ends removed, cut at 16 MiB (OUT-7, OUT-12)
  std::string standard_error_tail;  ///< the last 16 KiB at least, for hints (EMU-3, EMU-7); the rest is in the logs
};

/// What the developer's machine answered.
struct RunnerAnswer {
  nlohmann::json content;  ///< an object
  std::string error;       ///< why there is none; empty when there is
  /// In the middle of the bytes another ibtest has taken the place of the one that was asked: it can be asked anew.
  bool runner_replaced = false;
};

/// A question to the developer's machine about something that only it has (S3 objects, its certificate authorities),
/// and the bytes that go with it in either direction. Memory stays bounded: both sides wait for each other. Everything
/// here ends early when the attempt must stop; the destructor ends what is left.
class RunnerExchange {
 public:
  RunnerExchange() = default;
  RunnerExchange(const RunnerExchange&) = delete;
  RunnerExchange& operator=(const RunnerExchange&) = delete;
  virtual ~RunnerExchange() = default;

  /// The next piece that the other machine sends; nothing when it has sent all, or has failed.
  [[nodiscard]] virtual std::optional<std::string> receive() = 0;
  /// How many bytes it will send in all, once a piece has come; 0 where nobody knows it. To be shown: they may differ.
  [[nodiscard]] virtual std::uint64_t announced() const = 0;
  /// Sends bytes; false when the other machine does not want them any more: finish() says why.
  [[nodiscard]] virtual bool send(std::string_view bytes) = 0;
  /// All has been sent; waits for the answer.
  [[nodiscard]] virtual RunnerAnswer finish() = 0;
  /// All has been sent, and what the other machine makes of it is its own affair: nothing is waited for.
  virtual void leave() = 0;
};

/// What a module may use of the machine it runs on. The engine provides it; modules know nothing else of a run.
class ActionContext {
 public:
  ActionContext() = default;
  ActionContext(const ActionContext&) = delete;
  ActionContext& operator=(const ActionContext&) = delete;
  virtual ~ActionContext() = default;

  /// Writes "<Module>: <text>" to console.log.
  virtual void log(std::string_view text) = 0;
  /// The same, and shows it to the user.
  virtual void warn(std::string_view text) = 0;
  /// Writes text that belongs to the target, as the content of a file, to console.log line by line, unless the logging
  /// of the step is disabled (GEN-19).
  virtual void show(std::string_view text) = 0;
  /// An absolute path as it is, a relative one below the working directory (GEN-12).
  [[nodiscard]] virtual std::filesystem::path resolve(std::string_view path) const = 0;
  /// The log folder of this run; modules refuse to delete it (DELETEFOLDER-4).
  [[nodiscard]] virtual const std::filesystem::path& log_directory() const = 0;
  [[nodiscard]] virtual const std::filesystem::path& working_directory() const = 0;
  /// Exactly what processes of the step see (GOTCHA-5).
  [[nodiscard]] virtual const std::map<std::string, std::string>& environment() const = 0;
  /// Where the document of the step lies (JobDocument::location).
  [[nodiscard]] virtual const std::string& document_location() const = 0;
  /// Asks the developer's machine; `question` is an object.
  [[nodiscard]] virtual std::unique_ptr<RunnerExchange> ask_runner(nlohmann::json question) = 0;
  /// Runs a program with the step's environment, working directory, umask and deadline, standard input from
  /// /dev/null, and logs it as CmdExecution lines. Returns when the process has ended and its output is at its end
  /// (GOTCHA-27); on time-out or stop the whole process tree is killed (EXEC-3, GEN-18).
  [[nodiscard]] virtual ProcessResult run_process(const ProcessRequest& request) = 0;
  /// Whether the user does not want system updates in this run (EMU-UPDATEOS-5).
  [[nodiscard]] virtual bool skips_updates() const = 0;
  /// Whether the developer's machine may have the content of a URL (section 8.3).
  [[nodiscard]] virtual bool runner_serves_urls() const = 0;
  /// Shows now and then how far a transfer has come, however often it is called. `total` is 0 where nobody knows it.
  virtual void show_progress(std::string_view done_what, std::uint64_t bytes, std::uint64_t total) = 0;
  /// Whether what the service may refuse fails the step (EMU-19).
  [[nodiscard]] virtual bool is_strict() const = 0;
  /// For what works here and may not work in the service: warns, and gives nothing; in a strict run gives the text, as
  /// the reason to fail.
  [[nodiscard]] std::string tolerate(const std::string& text) {
    if (is_strict()) return text + " (refused because of --strict)";
    warn(text);
    return {};
  }
  /// True once the attempt's deadline has passed or the run was asked to stop; long loops ask between items.
  [[nodiscard]] virtual bool must_stop() = 0;
};

}  // namespace ibtest
