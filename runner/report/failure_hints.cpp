#include "runner/report/failure_hints.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ibtest {

namespace {

struct OutputHint {
  std::string_view in_output;
  std::string_view hint;
};

constexpr std::string_view no_home =
    "steps run without HOME, USER and LOGNAME, as in the cloud; set HOME in the script where a program needs it";

constexpr std::array output_hints = {
    OutputHint{"$HOME not set", no_home},
    OutputHint{"HOME is not set", no_home},
    OutputHint{"HOME: unbound variable", no_home},
    OutputHint{"$HOME is not defined", no_home},
    OutputHint{"HOME environment variable", no_home},
    OutputHint{"cannot execute binary file", "the program was built for another processor architecture"},
    OutputHint{"System has not been booted with systemd",
               "this image is booted without systemd; the images ibtest brings (docker:debian-12, docker:al2023, ...) "
               "have it"},
    OutputHint{"unbound variable", "the environment of steps is the cloud's minimal one, not that of your shell"},
    OutputHint{"No space left on device", "the disk of the target is full"},
};

bool output_contains(const StepReport& step, std::string_view text) {
  return std::any_of(step.last_lines.begin(), step.last_lines.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace

std::vector<std::string> failure_hints(const StepReport& step) {
  std::vector<std::string> hints;
  const auto add = [&](std::string_view hint) {
    if (std::find(hints.begin(), hints.end(), hint) == hints.end()) hints.emplace_back(hint);
  };
  for (const OutputHint& hint : output_hints) {
    if (output_contains(step, hint.in_output) && (hints.empty() || hint.in_output != "unbound variable"))
      add(hint.hint);
  }
  if (step.exit_code == 127)
    add("exit status 127 means that a command was not found: it is not installed, or not in PATH "
        "(no login shell, so no /etc/profile)");
  if (step.exit_code == 126 && hints.empty())
    add("exit status 126 means that a file was found but could not be executed");
  if (step.failure_message.find("timed out") != std::string::npos) {
    add("a step lasts until its output is closed: a background process needs `>/dev/null 2>&1 &`, "
        "and nothing can answer a question, standard input is empty");
  }
  return hints;
}

}  // namespace ibtest
