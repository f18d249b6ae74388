#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ibtest {

struct EnvironmentFacts {
  std::string execution_id;
  std::string target;  ///< as given: tells the platform where it is one of ours ("docker:debian-12")
  std::string working_directory;
};

/// Exactly what steps see (GOTCHA-5, GEN-13): the environment that the Systems Manager agent gives, without HOME, USER
/// and LOGNAME, and the variables of Image Builder, with made-up values where only the cloud has real ones.
/// IMAGE_PHASE is not among them: the agent sets it for each phase (D-15).
[[nodiscard]] std::map<std::string, std::string> step_environment(const EnvironmentFacts& facts);

}  // namespace ibtest
