#include "actions/commands/stderr_hints.hpp"

#include <algorithm>
#include <array>

namespace ibtest {

namespace {

struct Hint {
  bool on_failure_only;
  std::string_view text;
  std::array<std::string_view, 6> signs;  ///< any of them; empty ones do not count
};

constexpr std::array<Hint, 5> hints = {{
    {false,
     "HOME is not set, as under the Systems Manager agent: begin the script with `export HOME=/root`",
     {"HOME not set", "HOME: unbound variable", "HOME is not set", "HOME: parameter not set", "HOME is not defined",
      "HOME environment variable is not set"}},
    {true,
     "this container does not run systemd as PID 1; use an image that does (such as debian-12 or al2023)",
     {"System has not been booted with systemd as init system", "Failed to connect to bus: No such file or directory",
      "Failed to get D-Bus connection", "systemctl: command not found"}},
    {true,
     "the target has no sudo; steps run as root, so it is not needed",
     {"sudo: command not found", "sudo: not found", "exec: \"sudo\""}},
    {true,
     "a container has no kernel of its own: modules, kernel settings and mounts cannot be changed in it",
     {"modprobe: FATAL", "modprobe: ERROR", "sysctl: permission denied on key", "sysctl: setting key",
      "mount: permission denied", "must be superuser to use mount"}},
    {true,
     "the program may be built for another processor architecture",
     {"cannot execute binary file", "Exec format error", "exec format error"}},
}};

}  // namespace

std::vector<std::string> stderr_hints(std::string_view standard_error, bool failed) {
  std::vector<std::string> found;
  for (const auto& hint : hints) {
    const auto stands_there = [standard_error](std::string_view sign) {
      return !sign.empty() && standard_error.find(sign) != std::string_view::npos;
    };
    if (hint.on_failure_only && !failed) continue;
    if (std::ranges::any_of(hint.signs, stands_there)) found.emplace_back(hint.text);
  }
  return found;
}

}  // namespace ibtest
