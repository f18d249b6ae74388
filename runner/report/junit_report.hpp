#pragma once

#include <string>
#include <vector>

#include "runner/report/json_report.hpp"

namespace ibtest {

/// JUnit XML of all runs: one testsuite per document and phase, one testcase per step, with its time, its failure and
/// its last lines of output. A run that was broken off in no step gets a testcase of its own that says why.
[[nodiscard]] std::string junit_report(const std::vector<const TargetReport*>& runs);

/// The same where nothing could be run.
[[nodiscard]] std::string junit_failure(const std::string& failure_message);

}  // namespace ibtest
