#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "runner/report/json_report.hpp"

namespace ibtest {

/// The summary that `awstoe run` prints (section 7.1 of the language specification), keys in its order.
/// `skippedStepCount` follows the other counts (D-14); `logUrl` is where the logs were stored, or their folder (CLI-9).
[[nodiscard]] nlohmann::ordered_json awstoe_summary(const TargetReport& run);

/// The same where nothing ran (CLI-12), with a fresh id where none was given.
[[nodiscard]] nlohmann::ordered_json awstoe_failure(const std::string& execution_id,
                                                    const std::string& failure_message);

}  // namespace ibtest
