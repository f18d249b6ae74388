#include "runner/target/ssh/ssh_reboot.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runner/ssh/host_key.hpp"
#include "runner/target/ssh/ssh_reconnect.hpp"

namespace ibtest {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// How long a connection may show that the host goes down. One that does not break by then is given up: a network that
/// goes down first says nothing.
constexpr auto farewell_limit = 10s;

/// Asks what restarts a machine, the best known first. What was asked needs the connection no more; then this waits
/// for its end. Whoever is killed by a signal was so by the shutdown.
constexpr std::string_view restart_script =
    R"sh(trap "" HUP PIPE; set -f; PATH=$PATH:/usr/sbin:/sbin; )sh"
    R"sh(for c in "systemctl reboot" reboot "shutdown -r now"; do p=${c%% *}; )sh"
    R"sh(command -v "$p" >/dev/null 2>&1 || continue; )sh"
    R"sh([ "$p" != systemctl ] || [ -d /run/systemd/system ] || continue; )sh"
    R"sh(m=$($c 2>&1 </dev/null); s=$?; )sh"
    R"sh(if [ $s -eq 0 ] || [ $s -gt 128 ]; then echo "ibtest asked $c"; IFS= read -r m; exit 0; fi; )sh"
    R"sh(echo "ibtest refused $c (exit status $s): "$m; done; echo "ibtest tried")sh";

/// Ends with the connection.
constexpr std::string_view watch_script = "IFS= read -r m";

class HostReboot {
 public:
  HostReboot(SshHost& host, std::string before, ProcessLoop& loop, ProgressSink& progress)
      : host_(host),
        loop_(loop),
        progress_(progress),
        before_(std::move(before)),
        limit_(host.options().reboot_timeout),
        pauses_(loop, Clock::now() + limit_) {}

  void run() {
    if (before_.find_first_not_of(' ') == std::string::npos)
      throw refusal("its /proc tells neither boot_id nor the start of process 1, by which its return would be seen");
    do {
      try {
        reconnect(host_, pauses_, progress_);
      } catch (const HostKeyRefused& refused) {
        throw HostKeyRefused(fmt::format("after the reboot of {}: {}", host_.name(), refused.message()),
                             refused.remedy());
      } catch (const Fault& last) {
        host_.give_up();
        throw late(last.message());
      }
      if (host_.survey().boot != before_) return;
      // Not asked yet, or still going down.
      if (asked_) {
        static_cast<void>(listen(SshHost::As::user, watch_script));
      } else {
        ask();
      }
      host_.disconnect();
    } while (pauses_.wait());
    throw late("it is still in the boot in which it was asked");
  }

 private:
  void ask() {
    const auto output = listen(SshHost::As::root, restart_script);
    if (!output) return;
    bool all_tried = false;
    std::vector<std::string> refused;
    for (const auto& [word, rest] : said_by_script(*output)) {
      if (word == "asked") asked_ = true;
      if (word == "refused") refused.push_back(rest);
      if (word == "tried") all_tried = true;
    }
    // A connection that broke before the answer leaves open whether it was heard; a host that goes down refuses.
    if (all_tried && !heard_) {
      throw refusal(refused.empty() ? "it has neither systemctl (with systemd running), reboot nor shutdown"
                                    : fmt::format("{}", fmt::join(refused, "; ")));
    }
    heard_ = true;
  }

  // What a script says until it, the connection or our patience ends; nothing when it could not be started.
  std::optional<std::string> listen(SshHost::As as, std::string_view script) {
    std::string output;
    try {
      const auto channel = host_.start(as, script, {});
      const auto end = std::min(Clock::now() + farewell_limit, pauses_.deadline());
      while (!channel->ended() && Clock::now() < end) {
        if (loop_.interrupts() > 0) throw Interrupted{};
        const bool moved = channel->exchange();
        output += channel->take_output();
        static_cast<void>(channel->take_error_output());
        if (!moved) channel->session().wait_until(end);
      }
      output += channel->take_output();
    } catch (const Fault&) {
      return std::nullopt;
    }
    return output;
  }

  [[nodiscard]] Fault refusal(const std::string& why) const {
    return {ExitStatus::target_failed, fmt::format("{} cannot be rebooted: {}", host_.name(), why)};
  }

  [[nodiscard]] Fault late(const std::string& last) const {
    return {ExitStatus::target_failed,
            fmt::format("{} was to reboot, and was not up again within {} s; at last: {}", host_.name(), limit_.count(),
                        last),
            "Does it come up by itself? Its console tells; --reboot-timeout gives it more time."};
  }

  SshHost& host_;
  ProcessLoop& loop_;
  ProgressSink& progress_;
  const std::string before_;
  const std::chrono::seconds limit_;
  ReconnectPauses pauses_;
  bool asked_ = false;  ///< the host has said that it reboots
  bool heard_ = false;  ///< it may have heard the question
};

}  // namespace

void reboot_host(SshHost& host, const std::string& before, ProcessLoop& loop, ProgressSink& progress) {
  HostReboot(host, before, loop, progress).run();
}

}  // namespace ibtest
