#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "actions/action_context.hpp"
#include "agent/engine/child_watch.hpp"
#include "agent/engine/process_tree.hpp"
#include "agent/engine/run_control.hpp"
#include "agent/protocol/event.hpp"

namespace ibtest {

/// What a step's process is started with.
struct StepProcessSettings {
  std::vector<std::string> command_line;
  std::map<std::string, std::string> environment;  ///< exactly this, nothing is inherited (GOTCHA-5)
  std::filesystem::path working_directory;
  std::int64_t timeout_seconds = -1;  ///< of the attempt, for the message of EXEC-3; -1 is no limit
  std::optional<std::chrono::steady_clock::time_point> deadline;
  EarlierProcesses earlier;  ///< what a time-out must spare
  bool heeds_stop = true;    ///< false: it also runs when the run was asked to stop, and until its end
};

/// Who listens to a running process.
struct StepProcessListener {
  /// Output as it comes, in chunks of at most 64 KiB that never end inside a UTF-8 sequence.
  std::function<void(OutputStream stream, std::string bytes)> output;
  std::function<void(const std::string& text)> warning;
  /// False while the listener cannot take more: the process then waits in its write (backpressure).
  std::function<bool()> accepts_output;
  /// Arranges one call when `accepts_output` is true again.
  std::function<void(std::function<void()>)> when_accepting;
};

/// Runs one process of a step to its end, on the loop: its own session, standard input /dev/null, both outputs over
/// pipes, memory bounded whatever it prints. It has ended when the process and both pipes are at their end
/// (GOTCHA-27, EXECUTEBASH-7). On time-out or stop everything that the step has started is killed, whatever session it
/// is in, and the pipes are closed even when somebody else still holds them (EXEC-3, GEN-18).
class StepProcess {
 public:
  StepProcess(boost::asio::io_context& context, ChildWatch& children, RunControl& control);
  StepProcess(const StepProcess&) = delete;
  StepProcess& operator=(const StepProcess&) = delete;
  ~StepProcess() = default;

  /// Blocks, running the loop. One process at a time.
  [[nodiscard]] ProcessResult run(const StepProcessSettings& settings, const StepProcessListener& listener);

 private:
  struct Running;
  boost::asio::io_context& context_;
  ChildWatch& children_;
  RunControl& control_;
};

/// How long after the end of a process whose output is still held open the user is warned (EXECUTEBASH-7).
inline constexpr std::chrono::seconds held_output_warning{5};

}  // namespace ibtest
