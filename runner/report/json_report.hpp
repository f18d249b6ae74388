#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "runner/report/run_history.hpp"
#include "runner/report/run_summary.hpp"

namespace ibtest {

/// A run on one target and how it ended.
struct TargetReport {
  RunHistory history;
  RunSummary summary;
};

/// The object that `--format json` prints: executionId, status, the counts, failureMessage, logDir, documents[] and,
/// after a failure, failureContext (service.md 1.6). For several targets the one that ended worst (the first of
/// those), with the sums of all, and each of them in runs[].
[[nodiscard]] nlohmann::ordered_json json_report(const std::vector<const TargetReport*>& runs);

/// The same object where nothing ran: bad usage, an invalid document, no engine.
[[nodiscard]] nlohmann::ordered_json json_failure(const std::string& failure_message,
                                                  ExitStatus status = ExitStatus::not_runnable);

/// Text of it, indented by four blanks as the cloud's summary; invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json);

/// documents[] of several stages as one: a document's phases of later stages follow those of earlier ones.
[[nodiscard]] nlohmann::ordered_json merge_documents(const std::vector<nlohmann::ordered_json>& stages);

/// documents[] in the shape of detailedoutput.json from the events alone, for a stage whose result file could not be
/// had. Inputs and outputs are not known.
[[nodiscard]] nlohmann::ordered_json documents_from_history(const RunHistory& history, std::size_t stage);

/// The worse of two exit statuses: interrupted, target_failed, not_runnable, component_failed, success.
[[nodiscard]] ExitStatus worse(ExitStatus a, ExitStatus b);

}  // namespace ibtest
