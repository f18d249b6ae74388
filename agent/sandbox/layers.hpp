#pragma once

#include <filesystem>
#include <string>

#include "agent/sandbox/sandbox.hpp"

namespace ibtest {

/// The folder in a sandbox's folder that the machine's root file system is mounted at.
[[nodiscard]] std::filesystem::path root_of(const SandboxOptions& options);

/// Mounts the root file system, everything but the kernel's views of itself (/proc, /sys, /dev, /run): overlays whose
/// lower layers are this machine's file systems or the folder that was asked for, and whose upper layers are
/// `disk/<layer_name()>/upper` in the sandbox's folder. What cannot be the lower layer of an overlay is shown
/// read-only.
///
/// Root takes each mounted file system as a whole. In a user namespace the kernel lets nobody look below a mount, so a
/// folder with mounts somewhere in it is taken apart there: its files are copied, each of its folders is a layer.
/// Throws Fault.
void mount_layers(const SandboxOptions& options, bool as_root);

}  // namespace ibtest
