// The floor under ExecuteBash: bash processes started one after another, their output read to its end.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 1000;
  std::string bash = "/bin/bash", flag = "-c", script = ":";
  std::array<char*, 4> arguments{bash.data(), flag.data(), script.data(), nullptr};
  for (int i = 0; i < count; ++i) {
    std::array<int, 2> pipe_ends{};
    if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return 1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 1);
    pid_t child = 0;
    if (posix_spawn(&child, bash.c_str(), &actions, nullptr, arguments.data(), environ) != 0) return 1;
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    std::array<char, 4096> buffer{};
    while (read(pipe_ends[0], buffer.data(), buffer.size()) > 0) {
    }
    close(pipe_ends[0]);
    int status = 0;
    if (waitpid(child, &status, 0) != child || status != 0) return 1;
  }
  return 0;
}
