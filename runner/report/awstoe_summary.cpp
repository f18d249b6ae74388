#include "runner/report/awstoe_summary.hpp"

#include "agent/protocol/execution_id.hpp"

namespace ibtest {

using nlohmann::ordered_json;

namespace {

ordered_json summary(const std::string& execution_id, bool success, const Counts& counts, const std::string& message,
                     const std::string& log_url) {
  // EXEC-1: an interrupted run is a failed one here.
  return {{"executionId", execution_id},
          {"status", success ? "success" : "failed"},
          {"failedStepCount", counts.failed},
          {"executedStepCount", counts.executed},
          {"ignoredFailedStepCount", counts.ignored_failed},
          {"skippedStepCount", counts.skipped},
          {"failureMessage", message},
          {"logUrl", log_url}};
}

}  // namespace

ordered_json awstoe_summary(const TargetReport& run) {
  const std::string& log_url = run.summary.log_url.empty() ? run.summary.log_directory : run.summary.log_url;
  const bool success = run.summary.exit_status == ExitStatus::success;
  return summary(run.summary.execution_id, success, run.history.counts(), run.summary.failure_message, log_url);
}

ordered_json awstoe_failure(const std::string& execution_id, const std::string& failure_message) {
  return summary(execution_id.empty() ? make_execution_id() : execution_id, false, {}, failure_message, "");
}

}  // namespace ibtest
