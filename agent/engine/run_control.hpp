#pragma once

#include <functional>

namespace ibtest {

/// Whether the run was asked to stop (StopRun, SIGTERM), and who must act on it at once.
class RunControl {
 public:
  void request_stop() {
    if (stop_requested_) return;
    stop_requested_ = true;
    if (on_stop_) on_stop_();
  }
  [[nodiscard]] bool stop_requested() const { return stop_requested_; }
  /// Called once when the stop is asked for; an empty function ends it.
  void on_stop(std::function<void()> callback) { on_stop_ = std::move(callback); }

 private:
  bool stop_requested_ = false;
  std::function<void()> on_stop_;
};

}  // namespace ibtest
