#pragma once

#include <functional>
#include <map>
#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace ibtest {

/// Reaps the children of this process: those it started and, because the agent is a child subreaper, the orphans that
/// steps leave behind. Driven by SIGCHLD on the one event loop.
class ChildWatch {
 public:
  using ExitHandler = std::function<void(int wait_status)>;

  /// Makes this process the reaper of orphaned descendants.
  explicit ChildWatch(boost::asio::io_context& context);
  ChildWatch(const ChildWatch&) = delete;
  ChildWatch& operator=(const ChildWatch&) = delete;
  ~ChildWatch() = default;

  /// Calls `handler` on the loop once the child has ended; it is reaped by then.
  void watch(pid_t child, ExitHandler handler);
  /// Forgets a watched child; it is still reaped when it ends.
  void forget(pid_t child) { handlers_.erase(child); }
  /// Called after each round of reaping, for who waits for orphans to disappear. An empty function ends it.
  void on_reaped(std::function<void()> callback) { reaped_ = std::move(callback); }
  /// Reaps what has ended. True while children are left.
  bool reap();

 private:
  void wait_for_signal();

  boost::asio::signal_set signals_;
  std::map<pid_t, ExitHandler> handlers_;
  std::function<void()> reaped_;
};

}  // namespace ibtest
