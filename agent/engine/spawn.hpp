#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// A pipe whose ends are closed on exec.
struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;
};
/// Throws Fault when none can be made.
[[nodiscard]] Pipe make_pipe();

struct SpawnRequest {
  std::string executable;
  std::vector<std::string> command_line;
  std::map<std::string, std::string> environment;
  std::filesystem::path working_directory;
  int standard_output = -1;
  int standard_error = -1;
};

struct SpawnResult {
  pid_t pid = -1;
  int error_number = 0;
};

/// Starts a program in a session of its own, with standard input from /dev/null, default signal handling, no signal
/// blocked, and no other open file than the two given. The umask is this process's.
[[nodiscard]] SpawnResult spawn(const SpawnRequest& request);

}  // namespace ibtest
