#pragma once

#include <filesystem>
#include <string>

namespace ibtest {

/// Machine name (as `uname -m` says it) that an ELF program is for: "x86_64", "aarch64"; empty for any other file.
[[nodiscard]] std::string program_machine(const std::filesystem::path& program);

/// The agent for a machine: `own`, which lies next to ibtest, or the file beside it with the machine in its name
/// (ibtest-agent-aarch64). Throws Fault (target_failed) when there is none.
[[nodiscard]] std::filesystem::path agent_for(const std::string& machine, const std::filesystem::path& own);

}  // namespace ibtest
