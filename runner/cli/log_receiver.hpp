#pragma once

#include <filesystem>
#include <string>

#include "runner/subprocess/process_loop.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// Has an agent that has ended its run send its log folder over the connection, into `destination`, which must not
/// exist. That is much quicker than a copy by the machine's own means, for logs of some megabytes. Why it did not come,
/// with nothing left of it, so that the machine can be asked instead; empty on success.
[[nodiscard]] std::string receive_logs(ProcessLoop& loop, AgentConnection& connection,
                                       const std::filesystem::path& destination);

}  // namespace ibtest
