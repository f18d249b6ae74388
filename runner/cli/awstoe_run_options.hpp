#pragma once

#include <string>
#include <vector>

#include "runner/cli/awstoe_settings.hpp"
#include "runner/s3/s3_store.hpp"

namespace ibtest {

/// The run that an `awstoe run` asks for: its config file is read, flags win over it (CFG-2). What is not done here
/// although it was asked for becomes a warning. Throws Fault: an unusable config, wrong values, logs for CloudWatch.
[[nodiscard]] RunOptions awstoe_run_options(const AwstoeRunOptions& options, S3Store& store,
                                            std::vector<std::string>& warnings);

}  // namespace ibtest
