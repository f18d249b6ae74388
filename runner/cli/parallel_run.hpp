#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "runner/cli/output_file.hpp"
#include "runner/cli/run_options.hpp"
#include "runner/cli/run_plan.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/report/console_options.hpp"
#include "runner/report/json_report.hpp"
#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

/// One of several runs of a command: documents in a machine of their own.
struct Combination {
  RunOptions options;  ///< for one target
  LoadedDocuments loaded;
  std::string label;       ///< for its line of the display: "docker:debian-12  a.yml"
  bool exclusive = false;  ///< its target is (Capabilities)
};

/// Every planned target with all documents, or with each of them separately.
[[nodiscard]] std::vector<Combination> make_combinations(const RunOptions& options, const RunPlan& plan,
                                                         const LoadedDocuments& loaded);

/// What the runs side by side share.
struct ParallelContext {
  ProcessLoop& loop;
  ExchangeHandler& answers;  ///< to the questions of all agents; called on several threads
  ConsoleOptions console_options;
  std::function<void(std::string_view text)> print;
  LineOutput* standard_output = nullptr;  ///< for --format jsonl
  std::size_t at_once = 1;
  bool fail_fast = false;
};

/// Runs them side by side, each on a thread and a loop of its own, so that none waits for another, but for those on a
/// target that takes one at a time. In a terminal each running one has a line; what it has to say is printed as a whole
/// when it has ended, and so are its events. Reports are in the order of the combinations; those that were never begun
/// have an empty target.
void run_in_parallel(const ParallelContext& context, const std::vector<Combination>& combinations,
                     std::deque<TargetReport>& reports);

}  // namespace ibtest
