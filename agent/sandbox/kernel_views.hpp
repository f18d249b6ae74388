#pragma once

#include <filesystem>

namespace ibtest {

/// Mounts what a machine has besides its disks below `root`: /proc of this pid namespace, /sys, both without a way to
/// change the kernel's settings, a /dev of harmless devices, an empty /run, and the agent's program. Throws Fault.
void mount_kernel_views(const std::filesystem::path& root);

/// Where the agent's program is in the machine.
inline constexpr const char* sandbox_agent = "/.ibtest/ibtest-agent";

}  // namespace ibtest
