#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ibtest {

/// A machine made of namespaces: a root file system below a throw-away overlay.
struct SandboxOptions {
  /// Holds what the machine changes, on a file system that can be the upper layer of an overlay; stays, so that the
  /// machine can be started again. The file `init` in it says what its first process is: process id, blank, start time.
  std::filesystem::path folder;
  /// Such folders of stopped machines whose changes this one starts with; the newest first.
  std::vector<std::filesystem::path> snapshots;
  std::filesystem::path root = "/";  ///< what lies below: this machine's own file systems, or a folder
  bool network = true;               ///< that of this machine, or none
};

/// Starts a sandbox whose first process is the agent's init, with an agent on the standard streams of this process, and
/// waits until it is gone. It dies with this process, unless it was told to stay (see run_init()). As root directly,
/// else in a user namespace with the subordinate ids of the user. Gives the exit status; throws Fault.
[[nodiscard]] int run_sandbox(const SandboxOptions& options);

/// Becomes root of a user namespace with the subordinate ids of this user, then executes the command in the place of
/// this process: for files that such sandboxes own. As root it only executes the command. Throws Fault.
[[noreturn]] void run_as_subordinate_root(const std::vector<std::string>& command_line);

}  // namespace ibtest
