#pragma once

#include <functional>
#include <string>
#include <utility>

namespace ibtest {

/// Whether the run was asked to stop (StopRun, SIGTERM), and who must act on it at once.
class RunControl {
 public:
  /// `why` is for people.
  void request_stop(std::string why = "the run was stopped") {
    if (stop_requested_) return;
    stop_requested_ = true;
    why_ = std::move(why);
    if (on_stop_) on_stop_();
  }
  [[nodiscard]] bool stop_requested() const { return stop_requested_; }
  [[nodiscard]] const std::string& stop_reason() const { return why_; }
  /// Called once when the stop is asked for; an empty function ends it.
  void on_stop(std::function<void()> callback) { on_stop_ = std::move(callback); }

 private:
  bool stop_requested_ = false;
  std::string why_;
  std::function<void()> on_stop_;
};

}  // namespace ibtest
