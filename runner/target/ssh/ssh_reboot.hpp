#pragma once

#include <string>

#include "runner/subprocess/process_loop.hpp"
#include "runner/target/ssh/ssh_host.hpp"

namespace ibtest {

/// Restarts a host that is in the boot `before` (HostSurvey::boot), unless it has left that already, and connects to it
/// again, once it is in another one; as long as its options say (EMU-REBOOT-7). Throws Fault (target_failed) when it
/// refuses or is not up again in time, HostKeyRefused, Interrupted.
void reboot_host(SshHost& host, const std::string& before, ProcessLoop& loop, ProgressSink& progress);

}  // namespace ibtest
