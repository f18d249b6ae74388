#include "runner/report/json_report.hpp"

#include <map>

#include "agent/protocol/execution_id.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t error_message_limit = 1024;  // characters, service.md 1.6

std::string cut_characters(const std::string& text, std::size_t limit) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (characters++ == limit) return text.substr(0, i);
  }
  return text;
}

ordered_json failure_context(const StepReport& step, const RunSummary& summary) {
  std::string message = step.failure_message;
  if (!step.status && message.empty()) message = summary.failure_message;
  return {{"componentArn", ""},
          {"phaseName", step.phase},
          {"stepName", step.name},
          {"action", step.action},
          {"errorMessage", cut_characters(message, error_message_limit)}};
}

ordered_json run_object(const TargetReport& run) {
  const Counts counts = run.history.counts();
  ordered_json json = {{"executionId", run.summary.execution_id},
                       {"status", summary_status(run.summary.exit_status)},
                       {"executedStepCount", counts.executed},
                       {"failedStepCount", counts.failed},
                       {"ignoredFailedStepCount", counts.ignored_failed},
                       {"skippedStepCount", counts.skipped},
                       {"failureMessage", run.summary.failure_message},
                       {"logDir", run.summary.log_directory},
                       {"target", run.summary.target}};
  if (run.summary.exit_status != ExitStatus::success) {
    if (const StepReport* failed = run.history.first_failed())
      json["failureContext"] = failure_context(*failed, run.summary);
  }
  json["documents"] = run.summary.documents;
  return json;
}

int severity(ExitStatus status) {
  switch (status) {
    case ExitStatus::success:
      return 0;
    case ExitStatus::component_failed:
      return 1;
    case ExitStatus::not_runnable:
      return 2;
    case ExitStatus::target_failed:
      return 3;
    case ExitStatus::reboot_wanted:
      return 4;
    case ExitStatus::interrupted:
      return 5;
  }
  return 0;
}

std::string_view worst_word(std::string_view a, std::string_view b) {
  static const std::map<std::string_view, int> order = {
      {"skipped", 0}, {"success", 1}, {"successWithIgnoredFailure", 2}, {"failed", 3}, {"interrupted", 4}};
  const auto rank = [](std::string_view word) {
    const auto found = order.find(word);
    return found == order.end() ? 3 : found->second;
  };
  return rank(b) > rank(a) ? b : a;
}

}  // namespace

std::string_view summary_status(ExitStatus status) {
  if (status == ExitStatus::success) return "success";
  const bool broken_off = status == ExitStatus::interrupted || status == ExitStatus::reboot_wanted;
  return broken_off ? "interrupted" : "failed";
}

ExitStatus worse(ExitStatus a, ExitStatus b) {
  return severity(b) > severity(a) ? b : a;
}

ordered_json json_report(const std::vector<const TargetReport*>& runs) {
  // What another's failure stopped is not what went wrong.
  const auto rank = [](const RunSummary& summary) {
    return summary.stopped_by_another ? 0 : severity(summary.exit_status);
  };
  const TargetReport* worst = runs.front();
  for (const TargetReport* run : runs) {
    if (rank(run->summary) > rank(worst->summary)) worst = run;
  }
  ordered_json json = run_object(*worst);
  if (runs.size() == 1) return json;
  Counts sum;
  ordered_json list = ordered_json::array();
  for (const TargetReport* run : runs) {
    const Counts counts = run->history.counts();
    sum.executed += counts.executed;
    sum.failed += counts.failed;
    sum.ignored_failed += counts.ignored_failed;
    sum.skipped += counts.skipped;
    list.push_back(run_object(*run));
  }
  json["executedStepCount"] = sum.executed;
  json["failedStepCount"] = sum.failed;
  json["ignoredFailedStepCount"] = sum.ignored_failed;
  json["skippedStepCount"] = sum.skipped;
  json["runs"] = std::move(list);
  return json;
}

ordered_json json_failure(const std::string& failure_message, ExitStatus status) {
  return {{"executionId", ""},
          {"status", summary_status(status)},
          {"executedStepCount", 0},
          {"failedStepCount", 0},
          {"ignoredFailedStepCount", 0},
          {"skippedStepCount", 0},
          {"failureMessage", failure_message},
          {"logDir", ""},
          {"documents", ordered_json::array()}};
}

std::string json_text(const ordered_json& json) {
  return json.dump(4, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json merge_documents(const std::vector<ordered_json>& stages) {
  ordered_json merged = ordered_json::array();
  for (const ordered_json& documents : stages) {
    // The same file may be given twice: the n-th of a stage belongs to the n-th of the others.
    std::map<std::string, std::size_t> seen;
    for (const ordered_json& document : documents) {
      const std::string path = document.value("filePath", "");
      std::size_t skip = seen[path]++;
      ordered_json* earlier = nullptr;
      for (ordered_json& candidate : merged) {
        if (candidate.value("filePath", "") != path) continue;
        if (skip == 0) {
          earlier = &candidate;
          break;
        }
        --skip;
      }
      if (earlier == nullptr) {
        merged.push_back(document);
        continue;
      }
      for (const ordered_json& phase : document.value("phases", ordered_json::array()))
        (*earlier)["phases"].push_back(phase);
      const std::string before = earlier->value("status", "success");
      const std::string now = document.value("status", "success");
      (*earlier)["status"] = std::string(worst_word(before, now));
      if (earlier->value("failureMessage", "").empty())
        (*earlier)["failureMessage"] = document.value("failureMessage", "");
      (*earlier)["endTime"] = document.value("endTime", earlier->value("endTime", ""));
    }
  }
  return merged;
}

ordered_json documents_from_history(const RunHistory& history, std::size_t stage) {
  ordered_json documents = ordered_json::array();
  std::optional<std::uint32_t> document_index;
  std::optional<std::uint32_t> phase_index;
  for (const StepReport& step : history.steps()) {
    if (step.stage != stage) continue;
    const std::int64_t end_ns = step.start_time_ns + step.duration_ms * 1'000'000;
    const std::string start = format_time_seconds(step.start_time_ns);
    const std::string end = format_time_seconds(end_ns);
    if (document_index != step.address.document) {
      document_index = step.address.document;
      phase_index.reset();
      documents.push_back({{"name", ""},
                           {"filePath", step.document},
                           {"status", "success"},
                           {"description", ""},
                           {"startTime", start},
                           {"endTime", end},
                           {"failureMessage", ""},
                           {"phases", ordered_json::array()}});
    }
    ordered_json& document = documents.back();
    if (phase_index != step.address.phase) {
      phase_index = step.address.phase;
      document["phases"].push_back({{"name", step.phase},
                                    {"status", "success"},
                                    {"startTime", start},
                                    {"endTime", end},
                                    {"failureMessage", ""},
                                    {"steps", ordered_json::array()}});
    }
    ordered_json& phase = document["phases"].back();
    const Status status = step.status.value_or(Status::interrupted);
    const std::string_view above =
        status == Status::ignored_failure ? "successWithIgnoredFailure" : status_word(status);
    for (ordered_json* parent : {&document, &phase}) {
      (*parent)["status"] = std::string(worst_word((*parent)["status"].get<std::string>(), above));
      (*parent)["endTime"] = end;
    }
    if (step.went_wrong()) {
      document["failureMessage"] = "Document " + step.document + " failed!";
      phase["failureMessage"] = "Phase " + step.phase + " failed!";
    }
    phase["steps"].push_back({{"name", step.name},
                              {"status", status_word(status)},
                              {"failureMessage", step.failure_message},
                              {"action", step.action},
                              {"startTime", start},
                              {"endTime", end}});
  }
  return documents;
}

}  // namespace ibtest
