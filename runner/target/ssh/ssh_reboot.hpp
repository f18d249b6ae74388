#pragma once

#include "runner/subprocess/process_loop.hpp"
#include "runner/target/ssh/ssh_host.hpp"

namespace ibtest {

/// Restarts a host and connects to it again, once its boot identity (HostSurvey::boot) is another one; as long as its
/// options say (EMU-REBOOT-7). Throws Fault (target_failed) when it refuses or is not up again in time, HostKeyRefused,
/// Interrupted.
void reboot_host(SshHost& host, ProcessLoop& loop, ProgressSink& progress);

}  // namespace ibtest
