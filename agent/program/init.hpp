#pragma once

#include <string>
#include <vector>

namespace ibtest {

/// A minimal PID 1: starts the command with this process's standard streams, reaps everything, and stays after the
/// command has ended until SIGTERM, SIGINT or SIGRTMIN+3, so that a kept container can be entered. An agent that ends
/// abnormally is reported to the runner with an AgentFault, because the streams stay open. SIGUSR1 makes the first
/// process of a sandbox outlive the process that started it; then it has the name sandbox_kept_name. Gives the exit
/// status.
[[nodiscard]] int run_init(const std::vector<std::string>& command_line);

}  // namespace ibtest
