#pragma once

#include <filesystem>
#include <string>

#include "runner/target/ssh/ssh_host.hpp"

namespace ibtest {

/// Brings the agent to a host, unless the survey has found this very one there; its path there. A transfer that broke
/// off is gone on with, what arrives is compared by its SHA-256, and only then gets its name. Throws Fault
/// (target_failed), Interrupted.
[[nodiscard]] std::string upload_agent(SshHost& host, const std::filesystem::path& agent_executable,
                                       ProgressSink& progress);

}  // namespace ibtest
