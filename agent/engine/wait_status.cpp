#include "agent/engine/wait_status.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <cstring>
#include <sys/wait.h>

#include <fmt/format.h>

namespace ibtest {

std::string error_name(int error_number) {
  // Go's table is the C library's with a small first letter.
  std::string text = std::strerror(error_number);
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

std::string signal_name(int signal) {
  struct Name {
    int signal;
    std::string_view name;
  };
  static constexpr std::array names = {
      Name{SIGHUP, "hangup"},
      Name{SIGINT, "interrupt"},
      Name{SIGQUIT, "quit"},
      Name{SIGILL, "illegal instruction"},
      Name{SIGTRAP, "trace/breakpoint trap"},
      Name{SIGABRT, "aborted"},
      Name{SIGBUS, "bus error"},
      Name{SIGFPE, "floating point exception"},
      Name{SIGKILL, "killed"},
      Name{SIGUSR1, "user defined signal 1"},
      Name{SIGSEGV, "segmentation fault"},
      Name{SIGUSR2, "user defined signal 2"},
      Name{SIGPIPE, "broken pipe"},
      Name{SIGALRM, "alarm clock"},
      Name{SIGTERM, "terminated"},
  };
  const auto* const found = std::ranges::find(names, signal, &Name::signal);
  return found == names.end() ? fmt::format("signal {}", signal) : std::string(found->name);
}

std::string wait_status_error(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    return fmt::format("signal: {}{}", signal_name(WTERMSIG(wait_status)),
                       WCOREDUMP(wait_status) ? " (core dumped)" : "");
  }
  const int code = WEXITSTATUS(wait_status);
  return code == 0 ? std::string() : fmt::format("exit status {}", code);
}

}  // namespace ibtest
