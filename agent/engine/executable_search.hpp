#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace ibtest {

/// Where a program was found, or why not.
struct FoundExecutable {
  std::string path;
  std::string error;  ///< `exec: "x": executable file not found in $PATH` (EXECUTEBINARY-5)
};

/// A name with a separator is a path; any other is looked up in PATH of the step's environment (EXECUTEBINARY-2).
/// Relative entries of PATH are below `working_directory`.
[[nodiscard]] FoundExecutable find_executable(const std::string& name,
                                              const std::map<std::string, std::string>& environment,
                                              const std::filesystem::path& working_directory);

/// The name of an error number as Go programs print it: lower-case, "no such file or directory".
[[nodiscard]] std::string error_name(int error_number);

/// "killed", "terminated", "segmentation fault", ... (section 2.2 of the module specification).
[[nodiscard]] std::string signal_name(int signal);

/// What a process's wait status means: empty, "exit status 3" or "signal: killed".
[[nodiscard]] std::string wait_status_error(int wait_status);

}  // namespace ibtest
