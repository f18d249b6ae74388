#pragma once

#include <vector>

#include "runner/cli/output_file.hpp"
#include "runner/cli/run_options.hpp"
#include "runner/cli/run_plan.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/report/console.hpp"
#include "runner/report/json_report.hpp"
#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

/// What the runs on all targets share.
struct SessionContext {
  ProcessLoop& loop;
  const RunPlan& plan;
  const RunOptions& options;
  Console& console;
  ExchangeHandler& answers;               ///< to the questions of agents
  LineOutput* standard_output = nullptr;  ///< for --format jsonl
};

/// Runs all stages on one target, copies the logs out, removes the machines, and fills in `report`, whatever happens:
/// faults and interrupts are part of the report, never thrown.
void run_on_target(const SessionContext& context, const PlannedTarget& planned, TargetReport& report);

}  // namespace ibtest
