#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace ibtest {

/// How much is kept of what a child writes to standard error: its end.
inline constexpr std::size_t error_output_limit = 64U << 10U;

/// Outcome of a finished child program.
struct ChildResult {
  int exit_code = 0;  ///< 128 + signal when killed by one
  bool timed_out = false;
  std::string standard_output = {};  ///< first 64 MiB
  std::string standard_error = {};   ///< its end, error_output_limit
};

/// Thrown out of blocking calls when the user asked to stop.
struct Interrupted {};

class RunningCommand;

/// The runner's one event loop: child programs, signals and timers, on one thread. SIGINT, SIGTERM and SIGHUP only set
/// a counter here; whoever waits looks at it. (SIGHUP stays ignored where it was, as under nohup.) While a loop exists,
/// SIGPIPE is ignored, in this process but not in its children.
///
/// Children run in a session of their own, so that a terminal's Ctrl-C reaches this program alone, and are killed by
/// the kernel when the thread that started them dies: nothing outlives a killed ibtest.
class ProcessLoop {
 public:
  ProcessLoop();
  ProcessLoop(const ProcessLoop&) = delete;
  ProcessLoop& operator=(const ProcessLoop&) = delete;
  ~ProcessLoop();

  [[nodiscard]] boost::asio::io_context& context();

  /// How often the user asked to stop: 0 not at all, 1 end gracefully, 2 or more at once. Without those that an
  /// InterruptsTaken has taken.
  [[nodiscard]] int interrupts() const;
  /// As if the user asked to stop. From any thread.
  void interrupt();
  /// Called on the loop for every such signal, while one of the blocking calls waits.
  void on_interrupt(std::function<void()> callback);

  struct RunOptions {
    std::string standard_input = {};
    std::function<void(std::string_view line)> on_line = {};  ///< each line of output and error output, as it comes
    /// The output as it comes, which is not kept then; may throw.
    std::function<void(std::string_view bytes)> on_output = {};
    std::optional<std::chrono::milliseconds> timeout = {};  ///< kills the child; exit_code 137, timed_out
    bool interruptible = true;                              ///< false for clean-up, which must finish
    int interrupts_needed = 1;  ///< of an interruptible command; 2: goes on through a graceful stop
  };
  /// Runs a program to its end. Throws Fault when it cannot be started, Interrupted when as many interrupts as needed
  /// have come, before or meanwhile (after ending the child).
  ChildResult run(const std::vector<std::string>& command_line, const RunOptions& options);
  ChildResult run(const std::vector<std::string>& command_line) { return run(command_line, RunOptions{}); }

  /// Starts a program that runs while something else is done. Throws Fault when it cannot be started.
  [[nodiscard]] std::unique_ptr<RunningCommand> start(const std::vector<std::string>& command_line,
                                                      const RunOptions& options);

  /// Waits until something has happened (a child's output or end, a signal, a timer), or the time has come.
  void wait_until(std::chrono::steady_clock::time_point time);

 private:
  friend class InterruptsTaken;
  struct State;
  std::unique_ptr<State> state_;
};

/// While it lives, so many interrupts are as if they had not come: what is done because of an interrupt, and would end
/// at once because of it, goes on until the next one.
class InterruptsTaken {
 public:
  InterruptsTaken(ProcessLoop& loop, int interrupts);
  InterruptsTaken(const InterruptsTaken&) = delete;
  InterruptsTaken& operator=(const InterruptsTaken&) = delete;
  ~InterruptsTaken();

 private:
  ProcessLoop& loop_;
  int interrupts_;
};

/// A program started by ProcessLoop::start. It advances while any blocking call of the loop waits. Killed with the
/// value.
class RunningCommand {
 public:
  RunningCommand(ProcessLoop& loop, const std::vector<std::string>& command_line, ProcessLoop::RunOptions options);
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;
  ~RunningCommand();

  /// Waits for the end of the program; as ProcessLoop::run.
  [[nodiscard]] ChildResult wait();
  /// Whether wait() would return at once.
  [[nodiscard]] bool finished() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ibtest
