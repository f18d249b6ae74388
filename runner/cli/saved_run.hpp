#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/job.hpp"

namespace ibtest {

/// Another ibtest can go on with a run that the one that began it has left, by what is saved in the run's folder.
struct SavedRun {
  std::filesystem::path working_directory;  ///< where ibtest was called
  std::vector<std::string> arguments;       ///< and how
  Job job;                                  ///< with the saved state, if it waits for a reboot
  std::string target = {};                  ///< of an agent that goes on meanwhile: on which target,
  std::string session = {};                 ///< what its session is called,
  std::string boot = {};                    ///< in which boot of the host that began (Machine::boot),
  /// and the line of its last event, when the host is to be rebooted from that boot before the job goes on.
  std::string reboot_event = {};
};

/// What a saved run waits for.
enum class SavedFor {
  reboot,  ///< of this machine itself, by its user (D-13)
  attach,  ///< its agent goes on alone, on a host: `ibtest attach`
};

/// Saves the run in its folder, for its user alone: jobs and states have values that no log shows. Throws Fault
/// (not_runnable).
void save_run(const std::filesystem::path& run_folder, SavedFor purpose, const SavedRun& saved);

/// The same in the place of what is saved already: whoever is killed meanwhile leaves the one or the other.
void save_run_again(const std::filesystem::path& run_folder, SavedFor purpose, const SavedRun& saved);

/// The folder of a saved run below `root`, by its execution id, its name, or its path. Throws Fault (not_runnable) that
/// names the runs there are.
[[nodiscard]] std::filesystem::path find_saved_run(const std::string& run, const std::filesystem::path& root,
                                                   SavedFor purpose);

/// Throws Fault (not_runnable) for what save_run() does not write.
[[nodiscard]] SavedRun read_saved_run(const std::filesystem::path& run_folder, SavedFor purpose);

/// The run goes on, and never twice (REBOOT-8), or has ended. Throws Fault (not_runnable).
void forget_saved_run(const std::filesystem::path& run_folder, SavedFor purpose);

/// Held by whoever follows a run, for as long as that lives. Throws Fault (not_runnable) when somebody else does.
[[nodiscard]] FileDescriptor lock_run(const std::filesystem::path& run_folder);

}  // namespace ibtest
