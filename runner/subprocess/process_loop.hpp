#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace ibtest {

/// Outcome of a finished child program.
struct ChildResult {
  int exit_code = 0;              ///< 128 + signal when killed by one
  std::string standard_output;
  std::string standard_error;     ///< last 64 KiB
};

/// Thrown out of blocking calls when the user asked to stop.
struct Interrupted {};

/// The runner's one event loop: child programs, signals and timers. SIGINT, SIGTERM and SIGHUP only set a counter here;
/// whoever waits looks at it.
class ProcessLoop {
 public:
  ProcessLoop();
  ProcessLoop(const ProcessLoop&) = delete;
  ProcessLoop& operator=(const ProcessLoop&) = delete;
  ~ProcessLoop();

  [[nodiscard]] boost::asio::io_context& context();

  /// How often the user asked to stop: 0 not at all, 1 end gracefully, 2 or more at once.
  [[nodiscard]] int interrupts() const;
  /// Called on the loop for every such signal.
  void on_interrupt(std::function<void()> callback);

  struct RunOptions {
    std::string standard_input;
    std::function<void(std::string_view line)> on_line;  ///< each line of output and error output, as it comes
    std::optional<std::chrono::milliseconds> timeout;    ///< kills the child; exit_code 137
    bool interruptible = true;                           ///< false for clean-up, which must finish
  };
  /// Runs a program to its end. A child is killed when this process dies. Throws Fault when it cannot be started,
  /// Interrupted on an interrupt (after ending the child).
  ChildResult run(const std::vector<std::string>& command_line, const RunOptions& options);
  ChildResult run(const std::vector<std::string>& command_line) { return run(command_line, RunOptions{}); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ibtest
