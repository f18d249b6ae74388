#pragma once

#include <filesystem>
#include <map>
#include <string>

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

[[nodiscard]] bool is_executable_file(const std::filesystem::path& path);

}  // namespace ibtest
