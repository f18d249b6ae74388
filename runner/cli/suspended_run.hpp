#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/protocol/job.hpp"

namespace ibtest {

/// A run on this machine itself that goes on after the user has restarted it (D-13).
struct SuspendedRun {
  std::filesystem::path working_directory;  ///< where ibtest was called
  std::vector<std::string> arguments;       ///< and how
  Job job;                                  ///< with the saved state
};

/// Saves the run in its folder, for its user alone: the state has values that no log shows. Throws Fault
/// (not_runnable).
void save_suspended_run(const std::filesystem::path& run_folder, const SuspendedRun& suspended);

/// The folder of a suspended run below `root`, by its execution id, its name, or its path. Throws Fault (not_runnable)
/// that names the runs there are.
[[nodiscard]] std::filesystem::path find_suspended_run(const std::string& run, const std::filesystem::path& root);

/// Throws Fault (not_runnable) for what save_suspended_run() does not write.
[[nodiscard]] SuspendedRun read_suspended_run(const std::filesystem::path& run_folder);

/// The run goes on, and never twice (REBOOT-8).
void forget_suspended_run(const std::filesystem::path& run_folder);

}  // namespace ibtest
