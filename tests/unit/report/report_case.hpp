#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "runner/report/console.hpp"
#include "runner/report/json_report.hpp"

namespace ibtest {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// A folder of fixtures/report: an event stream, and what is known beyond it.
class ReportCase {
 public:
  explicit ReportCase(const std::filesystem::path& folder)
      : facts_(nlohmann::json::parse(read_file(folder / "case.json"))) {
    std::istringstream lines(read_file(folder / "events.jsonl"));
    for (std::string line; std::getline(lines, line);)
      events_.push_back(decode_event(line));
  }

  /// What the reports read once the stream has been played.
  void fill(TargetReport& report) const {
    play(
        report, [](const nlohmann::json&) {}, [](const Event&) {});
  }

  /// What the console prints meanwhile, drawn after every event that brings output.
  [[nodiscard]] std::string console_output(ConsoleOptions options) const {
    constexpr std::size_t widest = 30;
    options.name_width = 12;
    for (const Event& event : events_) {
      if (const auto* step = std::get_if<StepStarted>(&event.body))
        options.name_width = std::max(options.name_width, std::min(step->name.size(), widest));
    }
    std::string output;
    std::int64_t now_ms = 0;
    Console console(
        options, [&](std::string_view bytes) { output += bytes; }, [&] { return now_ms; });
    TargetReport report;
    console.begin_target(report.history, facts_["target"].get<std::string>(), facts_.value("reason", ""));
    play(
        report,
        [&](const nlohmann::json& stage) {
          console.begin_stage(stage["name"].get<std::string>(), stage["machine"].get<std::string>());
        },
        [&](const Event& event) {
          now_ms = event.time_ns / 1'000'000;
          console.consume(event);
          if (std::holds_alternative<Output>(event.body)) console.tick();
        });
    console.finish(report.summary);
    return output;
  }

 private:
  template <typename OnStage, typename OnEvent>
  void play(TargetReport& report, const OnStage& on_stage, const OnEvent& on_event) const {
    for (const Event& event : events_) {
      if (std::holds_alternative<Hello>(event.body)) {
        const nlohmann::json& stage = facts_["stages"][report.history.stages().size()];
        report.history.begin_stage(stage["name"]);
        on_stage(stage);
      }
      report.history.consume(event);
      on_event(event);
    }
    report.summary = summary();
    std::vector<nlohmann::ordered_json> documents;
    for (std::size_t i = 0; i < report.history.stages().size(); ++i)
      documents.push_back(documents_from_history(report.history, i));
    report.summary.documents = merge_documents(documents);
  }

  [[nodiscard]] RunSummary summary() const {
    RunSummary summary;
    summary.target = facts_["target"];
    summary.execution_id = "3699d6f5-dc33-11ec-9989-00224820200b";
    summary.exit_status = static_cast<ExitStatus>(facts_["exit_status"].get<int>());
    summary.failure_message = facts_.value("failure_message", "");
    summary.fault_remedy = facts_.value("remedy", "");
    summary.faulted = facts_.value("faulted", false);
    summary.planned_steps = facts_["planned_steps"];
    summary.duration_ms = facts_["duration_ms"];
    summary.shown_log_directory = facts_["logs"];
    summary.log_directory = summary.shown_log_directory.empty() ? "" : "/home/user/" + summary.shown_log_directory;
    if (facts_.contains("kept")) summary.kept = KeptMachine{facts_["kept"]["stage"], facts_["kept"]["enter"]};
    return summary;
  }

  nlohmann::json facts_;
  std::vector<Event> events_;
};

}  // namespace ibtest
