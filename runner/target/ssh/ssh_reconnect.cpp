#include "runner/target/ssh/ssh_reconnect.hpp"

#include <algorithm>
#include <optional>

#include "runner/ssh/host_key.hpp"

namespace ibtest {

using namespace std::chrono_literals;

namespace {

constexpr auto longest_pause = 5'000ms;

/// Shows nothing of the single attempts, only what they ask and find.
class AttemptProgress final : public ProgressSink {
 public:
  explicit AttemptProgress(ProgressSink& progress) : progress_(progress) {}
  void activity(std::string_view /*what*/) override {}
  void detail(std::string_view line) override { progress_.detail(line); }
  void finished(std::string_view what) override { progress_.finished(what); }

 private:
  ProgressSink& progress_;
};

}  // namespace

bool ReconnectPauses::wait() {
  const auto end = std::min(Clock::now() + next_, deadline_);
  next_ = std::min(next_ * 3 / 2, longest_pause);
  while (Clock::now() < end) {
    if (loop_.interrupts() > 0) throw Interrupted{};
    loop_.wait_until(end);
  }
  if (loop_.interrupts() > 0) throw Interrupted{};
  return end < deadline_;
}

void reconnect(SshHost& host, ReconnectPauses& pauses, ProgressSink& progress) {
  AttemptProgress attempt(progress);
  for (;;) {
    try {
      return host.connect(attempt, pauses.deadline());
    } catch (const HostKeyRefused&) {
      throw;
    } catch (const Fault&) {
      if (!pauses.wait()) throw;
    }
  }
}

void despite_losses(SshHost& host, ProcessLoop& loop, ProgressSink& progress, const std::function<void()>& action) {
  std::optional<ReconnectPauses> pauses;
  for (;;) {
    try {
      return action();
    } catch (const Fault&) {
      if (host.is_connected() || host.given_up()) throw;
      if (!pauses) pauses.emplace(loop, ReconnectPauses::Clock::now() + host.options().reconnect_timeout);
      if (!pauses->wait()) throw;
    }
    progress.activity("the connection to " + host.name() + " was lost; connecting again");
    try {
      reconnect(host, *pauses, progress);
    } catch (const Fault&) {
      host.give_up();
      throw;
    }
    progress.finished("connected to " + host.name() + " again");
  }
}

}  // namespace ibtest
