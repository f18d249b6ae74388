#pragma once

#include <filesystem>
#include <string>

#include "agent/journal/run_record.hpp"

namespace ibtest {

/// Replaces detailedoutput.json and chaining.json of a log folder (sections 6.4, 6.5), streaming: nothing of the size
/// of an output is built in memory. The first thing that went wrong; empty if nothing did.
[[nodiscard]] std::string write_result_files(const std::filesystem::path& folder, const RunRecord& record);

}  // namespace ibtest
