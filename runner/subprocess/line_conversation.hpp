#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/subprocess/process_loop.hpp"
#include "runner/subprocess/side_channel.hpp"

namespace ibtest {

/// A conversation in lines with a long-lived child program. The program is read only while receive() waits, so a slow
/// reader slows it down, and memory stays bounded. The child is killed with the value.
class LineConversation {
 public:
  static constexpr std::size_t longest_line = 64U << 20U;

  /// Throws Fault when the program cannot be started.
  LineConversation(ProcessLoop& loop, const std::vector<std::string>& command_line);
  LineConversation(const LineConversation&) = delete;
  LineConversation& operator=(const LineConversation&) = delete;
  ~LineConversation();

  /// From now on receive() hands out what comes over the side channel as well, and send() sends the lines of exchanges
  /// over it while an agent is connected to it.
  void use(std::shared_ptr<SideChannel> channel);

  /// Queues one line, without its line break. `share` is let go when it has been sent, or never will be.
  void send(std::string line, SendShare share = {});
  /// Closes the child's input after what is queued.
  void close_input();

  struct Received {
    std::optional<std::string> line = {};
    bool ended = false;  ///< the output has ended, there will be no further line
    bool woken = false;
  };
  /// Waits for a line, the end, an interrupt that was not reported yet, or `wake_at`. Interrupts and time come before
  /// lines that are already there: pass a later `wake_at` after it has woken. Throws Fault (target_failed) for a line
  /// longer than longest_line.
  [[nodiscard]] Received receive(std::optional<std::chrono::steady_clock::time_point> wake_at = std::nullopt);

  /// Waits for the end of the program, at most so long; its exit status, or nothing when it is still running.
  [[nodiscard]] std::optional<int> wait_for_exit(std::chrono::milliseconds patience);
  /// The last 64 KiB of the error output so far.
  [[nodiscard]] const std::string& error_output() const;
  /// Called on the loop with every line of the error output, as it comes.
  void on_error_line(std::function<void(std::string_view line)> callback);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ibtest
