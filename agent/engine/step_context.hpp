#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/action_context.hpp"
#include "agent/engine/child_watch.hpp"
#include "agent/engine/event_log.hpp"
#include "agent/engine/event_stream.hpp"
#include "agent/engine/process_tree.hpp"
#include "agent/engine/run_control.hpp"
#include "agent/engine/runner_exchanges.hpp"

namespace ibtest {

/// The parts of the agent that a run works with; there is one of each per program.
struct AgentParts {
  boost::asio::io_context& loop;
  ChildWatch& children;
  RunControl& control;
  EventLog& to_runner;
  EventStream& events;
  RunnerExchanges& exchanges;
};

/// What one attempt of a step runs under.
struct AttemptSettings {
  std::string module;
  std::filesystem::path log_directory;
  std::filesystem::path working_directory;
  std::map<std::string, std::string> environment;
  std::string document_location;
  std::int64_t timeout_seconds = -1;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  bool skips_updates = false;
  bool strict = false;
  bool runner_serves_urls = false;
  bool logging = true;  ///< false: nothing that processes print leaves the attempt (STEP-7)
};

/// What a module sees of the run, for one attempt.
class StepContext : public ActionContext {
 public:
  StepContext(AgentParts& parts, AttemptSettings settings);

  void log(std::string_view text) override;
  void warn(std::string_view text) override;
  void show(std::string_view text) override;
  [[nodiscard]] std::filesystem::path resolve(std::string_view path) const override;
  [[nodiscard]] const std::filesystem::path& log_directory() const override { return settings_.log_directory; }
  [[nodiscard]] const std::filesystem::path& working_directory() const override { return settings_.working_directory; }
  [[nodiscard]] const std::map<std::string, std::string>& environment() const override { return settings_.environment; }
  [[nodiscard]] const std::string& document_location() const override { return settings_.document_location; }
  [[nodiscard]] std::unique_ptr<RunnerExchange> ask_runner(nlohmann::json question) override;
  [[nodiscard]] ProcessResult run_process(const ProcessRequest& request) override;
  [[nodiscard]] bool skips_updates() const override { return settings_.skips_updates; }
  [[nodiscard]] bool runner_serves_urls() const override { return settings_.runner_serves_urls; }
  void show_progress(std::string_view done_what, std::uint64_t bytes, std::uint64_t total) override;
  [[nodiscard]] bool is_strict() const override { return settings_.strict; }
  [[nodiscard]] bool must_stop() override;

  /// From now on nothing that processes print leaves the attempt.
  void silence() { settings_.logging = false; }
  /// Whether the deadline has passed, noticed by the module or by a process it ran.
  [[nodiscard]] bool timed_out() const;

 private:
  void log_start(const std::vector<std::string>& command_line);
  void log_end(const ProcessResult& result);

  AgentParts& parts_;
  AttemptSettings settings_;
  EarlierProcesses earlier_;
  std::chrono::steady_clock::time_point next_progress_;         ///< on the console
  std::chrono::steady_clock::time_point next_logged_progress_;  ///< in the logs
  bool process_timed_out_ = false;
};

}  // namespace ibtest
