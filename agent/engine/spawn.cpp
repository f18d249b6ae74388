#include "agent/engine/spawn.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  // posix_spawn takes char* const[] for historical reasons and does not write through it.
  for (const std::string& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

class Attributes {
 public:
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

class FileActions {
 public:
  explicit FileActions(const SpawnRequest& request) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, request.standard_output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, request.standard_error, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    ::posix_spawn_file_actions_addchdir_np(&actions_, request.working_directory.c_str());
  }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(static_cast<int*>(ends), O_CLOEXEC) != 0) {
    throw Fault(ExitStatus::target_failed, system_error_text("making a pipe", errno));
  }
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

SpawnResult spawn(const SpawnRequest& request) {
  // Not the launchers of Boost.Process: they re-create the reactor in the child, need pidfd_open (Linux 5.3; Amazon
  // Linux 2 hosts run 4.14), and fork the agent's pages, where posix_spawn shares them until exec.
  const std::vector<char*> arguments = pointers_to(request.command_line);
  std::vector<std::string> variables;
  variables.reserve(request.environment.size());
  for (const auto& [name, value] : request.environment) {
    std::string& variable = variables.emplace_back(name);
    variable.append("=").append(value);
  }
  const std::vector<char*> environment = pointers_to(variables);
  const Attributes attributes;
  const FileActions actions(request);
  SpawnResult result;
  result.error_number = ::posix_spawn(&result.pid, request.executable.c_str(), actions.get(), attributes.get(),
                                      arguments.data(), environment.data());
  return result;
}

}  // namespace ibtest
