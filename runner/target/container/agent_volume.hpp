#pragma once

#include <filesystem>
#include <string>

#include "runner/target/container/container_engine.hpp"
#include "runner/target/machine_plan.hpp"

namespace ibtest {

/// "ibtest-agent-<first 16 digits of the SHA-256 of the executable>": containers mount it read-only at /.ibtest.
[[nodiscard]] std::string agent_volume_name(const std::filesystem::path& agent_executable);

/// Copies the agent into the volume of `plan`, by a container of the plan's image in which the agent installs itself.
/// Atomic: concurrent runs may do it at the same time, and a killed one leaves no half-written program. Throws Fault.
void fill_agent_volume(const ContainerEngine& engine, const MachinePlan& plan,
                       const std::filesystem::path& agent_executable);

}  // namespace ibtest
