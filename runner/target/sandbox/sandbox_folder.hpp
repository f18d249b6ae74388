#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

/// The folder that holds what a sandbox changes, in TMPDIR, /var/tmp, /tmp or /dev/shm: the first that is on a file
/// system that can be the upper layer of an overlay. Removed with the value. Its name says whose it is, so that the
/// next run removes what a killed one leaves.
class SandboxFolder {
 public:
  /// `agent` helps an ordinary user to remove files of subordinate ids. Throws Fault when no folder can be made.
  SandboxFolder(ProcessLoop& loop, std::filesystem::path agent);
  SandboxFolder(const SandboxFolder&) = delete;
  SandboxFolder& operator=(const SandboxFolder&) = delete;
  ~SandboxFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Leaves it there, under a name of its own. Throws Fault.
  void keep();

 private:
  ProcessLoop& loop_;
  std::filesystem::path agent_;
  std::filesystem::path path_;
  bool kept_ = false;
};

/// The process that is the first one of a sandbox; told apart from every later one with its number.
class SandboxInit {
 public:
  /// Of the sandbox in this folder, if it is running.
  [[nodiscard]] static std::optional<SandboxInit> find(const std::filesystem::path& folder);

  [[nodiscard]] pid_t process() const { return process_; }
  [[nodiscard]] bool is_running() const;
  /// Has it outlive this program. False when it does not say that it will.
  [[nodiscard]] bool detach() const;
  /// Kills it, and with it all processes of the sandbox, and waits until they are gone.
  void end() const;

 private:
  SandboxInit(pid_t process, std::string start_time) : process_(process), start_time_(std::move(start_time)) {}

  pid_t process_;
  std::string start_time_;
};

/// Removes the folders of sandboxes whose runs are no more, with `everything` also of those that were kept, which end.
/// Returns what was removed, for people.
[[nodiscard]] std::vector<std::string> remove_gone_sandboxes(ProcessLoop& loop, const std::filesystem::path& agent,
                                                             bool everything);

/// Removes a folder with files of subordinate ids in it. Never throws.
bool remove_as_subordinate_root(ProcessLoop& loop, const std::filesystem::path& agent,
                                const std::filesystem::path& folder) noexcept;

}  // namespace ibtest
