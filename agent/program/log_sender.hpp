#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "agent/engine/runner_exchanges.hpp"

namespace ibtest {

/// Sends the files of the log folder to the runner, in one exchange: the question has their paths and sizes, the bytes
/// follow one file after the other. The error; empty when the runner has them all.
[[nodiscard]] std::string send_logs(const std::filesystem::path& log_folder, RunnerExchanges& exchanges,
                                    std::function<bool()> must_stop);

}  // namespace ibtest
