#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace ibtest {

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
  /// Exactly what the step's processes see (GOTCHA-5).
  [[nodiscard]] virtual const std::map<std::string, std::string>& environment() const = 0;
  /// Runs a program with the step's environment, working directory, umask and deadline, standard input from
  /// /dev/null, and logs it as CmdExecution lines. Returns when the process has ended and its output is at its end
  /// (GOTCHA-27); on time-out or stop the whole process tree is killed (EXEC-3, GEN-18).
  [[nodiscard]] virtual ProcessResult run_process(const std::vector<std::string>& command_line) = 0;
  /// True once the attempt's deadline has passed or the run was asked to stop; long loops ask between items.
  [[nodiscard]] virtual bool must_stop() = 0;
};

}  // namespace ibtest
