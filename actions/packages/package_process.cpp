#include "actions/packages/package_process.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace ibtest {

namespace {

// Maintainer scripts ask through debconf; yum does not look at it.
constexpr std::string_view frontend_name = "DEBIAN_FRONTEND";
constexpr std::string_view frontend_value = "noninteractive";

struct Hint {
  std::string_view text;
  std::array<std::string_view, 4> signs;  ///< on standard error or output; empty ones do not count
};

constexpr std::array<Hint, 6> hints = {{
    {"the target does not reach its package repositories: look at the network, DNS and proxy of the container",
     {"Temporary failure resolving", "Could not resolve", "Could not connect to", "Cannot find a valid baseurl"}},
    {"a repository does not have what the target asks for; of releases that have reached their end of life they are "
     "moved to an archive",
     {"does not have a Release file", "404  Not Found", "Status code: 404", "HTTP Error 404"}},
    {"another package manager is at work: wait for its end in an earlier step, or set `maxAttempts`",
     {"Could not get lock", "Unable to lock", "currently holding the yum lock", "Waiting for process with pid"}},
    {"an earlier installation was interrupted: run `dpkg --configure -a` in an earlier step", {"dpkg was interrupted"}},
    {"a package on hold, or excluded, stands in the way of one that is to be updated: release it, or exclude both",
     {"Held packages were changed", "held broken packages"}},
    {"sudo asks for a password: run as root, or allow this user to use sudo without one",
     {"a password is required", "a terminal is required"}},
}};

}  // namespace

std::vector<std::string> PackageProcess::as_root(std::vector<std::string> command_line) const {
  if (!through_sudo_) return command_line;
  // sudo does not pass variables on.
  std::vector<std::string> whole = {"sudo", "-n", "env", fmt::format("{}={}", frontend_name, frontend_value)};
  whole.insert(whole.end(), std::make_move_iterator(command_line.begin()), std::make_move_iterator(command_line.end()));
  return whole;
}

ProcessResult PackageProcess::change(std::vector<std::string> command_line) {
  if (context_.must_stop()) {
    ProcessResult result;
    result.stopped = true;
    result.error = "not started, because the step must end";
    return result;
  }
  return context_.run_process({.command_line = as_root(std::move(command_line)),
                               .variables = {{std::string(frontend_name), std::string(frontend_value)}}});
}

ProcessResult PackageProcess::restore(std::vector<std::string> command_line) {
  return context_.run_process({.command_line = as_root(std::move(command_line)), .restores = true});
}

ProcessResult PackageProcess::query(std::vector<std::string> command_line) {
  return context_.run_process({.command_line = std::move(command_line), .output_logged = false});
}

ActionResult failed_update(std::string_view command, const ProcessResult& process, ActionContext& context) {
  for (const Hint& hint : hints) {
    const auto stands_there = [&process](std::string_view sign) {
      return !sign.empty() && (process.standard_error_tail.find(sign) != std::string::npos ||
                               process.standard_output.find(sign) != std::string::npos);
    };
    if (std::ranges::any_of(hint.signs, stands_there)) context.warn(fmt::format("hint: {}", hint.text));
  }
  ActionResult result = ActionResult::failure(fmt::format("UpdateOS: {}: {}", command, process.error));
  result.exit_code = process.exit_code;
  return result;
}

}  // namespace ibtest
