#include "agent/program/init.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/engine/wait_status.hpp"
#include "agent/protocol/event.hpp"
#include "agent/protocol/execution_id.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/sandbox_layout.hpp"

namespace ibtest {

namespace {

constexpr int not_started = 127;

// PID 1 has no default handlers: it gets only signals that it waits for, so they are blocked and waited for.
sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGRTMIN + 3, SIGUSR1})
    sigaddset(&signals, signal);
  return signals;
}

int start(const std::vector<std::string>& command_line, pid_t& child) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> arguments;
  arguments.reserve(command_line.size() + 1);
  for (const std::string& argument : command_line)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const int error = ::posix_spawnp(&child, arguments.front(), nullptr, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  return error;
}

// The agent may have died within a line, hence the line break in front.
void report_death(const std::string& error) {
  static_cast<void>(write_all(
      STDOUT_FILENO,
      "\n" +
          encode(Event{
              .sequence = 0, .time_ns = current_time_ns(), .body = AgentFault{"the agent has ended: " + error, {}}}) +
          "\n"));
}

// So that who is at the other end sees the end of the command's output.
void close_streams() {
  const FileDescriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (null.is_open()) {
      ::dup2(null.get(), stream);
    } else {
      ::close(stream);
    }
  }
}

// The name says that it is done.
void outlive_parent() {
  ::prctl(PR_SET_PDEATHSIG, 0);
  ::prctl(PR_SET_NAME, sandbox_kept_name.data());
}

}  // namespace

int run_init(const std::vector<std::string>& command_line) {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t signals = awaited_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  pid_t child = -1;
  if (const int error = start(command_line, child); error != 0) {
    std::fprintf(stderr, "ibtest-agent init: starting %s: %s\n", command_line.front().c_str(),
                 error_name(error).c_str());
    return not_started;
  }
  while (true) {
    int signal = 0;
    if (::sigwait(&signals, &signal) != 0) continue;
    if (signal == SIGUSR1) {
      outlive_parent();
      continue;
    }
    if (signal != SIGCHLD) return 0;
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended != child) continue;
      // The agent may have left its output non-blocking.
      ::fcntl(STDOUT_FILENO, F_SETFL, ::fcntl(STDOUT_FILENO, F_GETFL) & ~O_NONBLOCK);
      if (const std::string error = wait_status_error(status); !error.empty()) report_death(error);
      static_cast<void>(write_all(STDOUT_FILENO, std::string(agent_ended_line) + "\n"));
      close_streams();
    }
  }
}

}  // namespace ibtest
