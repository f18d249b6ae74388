#pragma once

#include <string>

#include "runner/cli/run_options.hpp"
#include "runner/report/run_summary.hpp"
#include "runner/s3/s3_store.hpp"
#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

/// Stores the log folder of a run below `s3://<bucket>/<prefix>/<folder name>` and notes that in its summary (LOG-6,
/// CLI-9). Nothing for a run that has none. What people should know of it; usually empty. Throws Fault (not_runnable);
/// the folder on this machine stays in any case.
[[nodiscard]] std::string store_logs(ProcessLoop& loop, S3Store& store, const LogUpload& upload, RunSummary& summary);

}  // namespace ibtest
