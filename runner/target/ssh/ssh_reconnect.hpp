#pragma once

#include <algorithm>
#include <chrono>
#include <functional>

#include "runner/subprocess/process_loop.hpp"
#include "runner/target/ssh/ssh_host.hpp"

namespace ibtest {

/// The pauses between attempts to reach a host again: each is longer than the one before, from a quarter of a second up
/// to five seconds, until a deadline.
class ReconnectPauses {
 public:
  using Clock = std::chrono::steady_clock;

  ReconnectPauses(ProcessLoop& loop, Clock::time_point deadline) : loop_(loop), deadline_(deadline) {}

  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }
  /// The deadline is this one, if that is earlier.
  void end_by(Clock::time_point time) { deadline_ = std::min(deadline_, time); }
  /// Waits for the next pause, on the loop; false when the deadline has come instead. Throws Interrupted.
  [[nodiscard]] bool wait();

 private:
  ProcessLoop& loop_;
  Clock::time_point deadline_;
  std::chrono::milliseconds next_{250};
};

/// Connects to a host, again and again until that succeeds; does nothing where it is connected already. Throws
/// HostKeyRefused as soon as it is; the Fault of the last attempt when the pauses are over; Interrupted.
void reconnect(SshHost& host, ReconnectPauses& pauses, ProgressSink& progress);

/// Does something on a host; where the connection is lost meanwhile, once more over another one, as often and long as
/// the host's options allow. Throws what it throws when the connection holds, and as reconnect().
void despite_losses(SshHost& host, ProcessLoop& loop, ProgressSink& progress, const std::function<void()>& action);

}  // namespace ibtest
