#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "actions/files/remove_tree.hpp"
#include "agent/engine/execution.hpp"

namespace ibtest {

std::string Execution::reboot_obstacle() const {
  if (!job_.can_reboot) return "the step asked for a reboot, and this target cannot be rebooted";
  if (state_.reboots >= job_.reboot_limit) {
    return fmt::format("reboot limit exceeded: the run has rebooted {} times", state_.reboots);  // EMU-REBOOT-4
  }
  return {};
}

void Execution::request_reboot(const Position& position) {
  state_.reboots += 1;
  // Who follows the run from outside knows the job's documents.
  reboot_requested_by_ = depth_ > 0 ? state_.levels.front().next->address() : position.address();
  parts_.events.log(LogLevel::console, "Getting reboot signal");  // RESUME-9
}

// The state goes to the runner, so that no later run can find and resume it (REBOOT-8).
void Execution::hand_over_for_reboot() {
  if (const std::int64_t delay = std::min(reboot_delay_, job_.longest_reboot_delay); delay > 0) {
    boost::asio::steady_timer timer(parts_.loop, std::chrono::seconds(delay));
    bool over = false;
    timer.async_wait([&over](const boost::system::error_code&) { over = true; });
    while (!over && !parts_.control.stop_requested())
      parts_.loop.run_one();
    timer.cancel();
    while (!over)
      parts_.loop.run_one();
    if (parts_.control.stop_requested()) {
      reboot_requested_by_.reset();
      return finish();
    }
  }
  if (reboot_delay_ > job_.longest_reboot_delay) {
    parts_.events.log(LogLevel::console, fmt::format("Reboot: the delay of {} seconds was cut to {}", reboot_delay_,
                                                     job_.longest_reboot_delay));
  }
  parts_.events.log(LogLevel::console, "Rebooting the system now");
  write_results();
  warn_of_write_errors();
  parts_.events.emit(RebootRequested{
      *reboot_requested_by_, nlohmann::json(state_).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
  parts_.to_runner.flush();
}

void Execution::empty_folders_after_reboot() {
  for (const std::string& name : job_.emptied_on_reboot) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(name, error)) {
      // Mount points of the container's engine stay; what cannot be removed does no harm.
      if (entry.is_directory(error) && !entry.is_symlink(error)) {
        static_cast<void>(remove_tree(entry.path(), [] { return false; }));
      } else {
        std::filesystem::remove(entry.path(), error);
      }
    }
  }
}

}  // namespace ibtest
