#include "agent/engine/child_watch.hpp"

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace ibtest {

ChildWatch::ChildWatch(boost::asio::io_context& context) : signals_(context, SIGCHLD) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  wait_for_signal();
}

void ChildWatch::watch(pid_t child, ExitHandler handler) {
  handlers_.insert_or_assign(child, std::move(handler));
}

bool ChildWatch::reap() {
  while (true) {
    int status = 0;
    const pid_t child = ::waitpid(-1, &status, WNOHANG);
    if (child <= 0) return child == 0;
    const auto found = handlers_.find(child);
    if (found == handlers_.end()) continue;
    const ExitHandler handler = std::move(found->second);
    handlers_.erase(found);
    handler(status);
  }
}

void ChildWatch::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    wait_for_signal();
    reap();
    if (reaped_) reaped_();
  });
}

}  // namespace ibtest
