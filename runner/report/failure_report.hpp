#pragma once

#include <cstddef>
#include <string>

#include "runner/report/console_options.hpp"
#include "runner/report/run_history.hpp"
#include "runner/report/run_summary.hpp"

namespace ibtest {

/// One block per failed step: where it is written, its error, its last lines of output, hints. Empty without failures.
[[nodiscard]] std::string failure_report(const RunHistory& history, const RunSummary& summary,
                                         const ConsoleOptions& options, std::size_t width);

/// The last lines of a run: the fault if there was one, counts, duration, the place of the logs.
[[nodiscard]] std::string summary_report(const RunHistory& history, const RunSummary& summary,
                                         const ConsoleOptions& options);

}  // namespace ibtest
