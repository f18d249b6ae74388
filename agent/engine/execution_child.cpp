#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/engine/execution.hpp"
#include "agent/protocol/execution_id.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

// LOG-17, D-14: in the order of the alphabet.
Json outputs_of(const RunRecord& run, const Counts& counts) {
  Json summary = Json::object();
  summary["executedStepCount"] = counts.executed;
  summary["executionId"] = run.execution_id;
  summary["failedStepCount"] = counts.failed;
  summary["failureMessage"] = run.failure_message;
  summary["ignoredFailedStepCount"] = counts.ignored_failed;
  summary["logUrl"] = "";
  summary["skippedStepCount"] = counts.skipped;
  summary["status"] = status_word(run.status);
  return Json::array({std::move(summary)});
}

// EXECUTEDOCUMENT-7: what a run only warns of is a failure of the step here (D-1).
std::string error_in(const RunPlan& plan) {
  if (std::string error = plan.first_error(); !error.empty()) return error;
  const PlannedDocument& document = plan.documents().front();
  if (!document.surplus_values.empty()) {
    return fmt::format("{} declares no parameter `{}`", document.path, fmt::join(document.surplus_values, "`, `"));
  }
  if (!document.missing_values.empty()) {
    return fmt::format("{} needs a value for its parameter `{}`, which has no default", document.path,
                       fmt::join(document.missing_values, "`, `"));
  }
  return {};
}

ActionResult end_of_run(std::string error) {
  ActionResult result = ActionResult::failure(std::move(error));
  result.ends_run = true;
  return result;
}

// Which step made the document fail: the step that executes it is the only one that reports show (EXECUTEDOCUMENT-8).
std::string first_failure(const RunRecord& run, const PlannedDocument& document) {
  for (const PhaseRecord& phase : run.documents.front().phases) {
    const auto failed = std::ranges::find(phase.steps, Status::failed, &StepRecord::status);
    if (failed == phase.steps.end()) continue;
    const auto& steps = document.document->find_phase(phase.name)->steps;
    const auto step = std::ranges::find(steps, failed->name, [](const Step& each) { return each.name.value; });
    const std::size_t line = step == steps.end() ? 0 : step->name.range.begin.line;
    return fmt::format(" {}:{}, step {} ({}) of phase {}: {}", document.path, line, failed->name, failed->action,
                       phase.name, failed->failure_message);
  }
  return {};
}

}  // namespace

// EXECUTEDOCUMENT-2, EXECUTEDOCUMENT-3, D-6
std::optional<ActionResult> Execution::refuse_child(const ChildRun& child) const {
  std::vector<std::string> chain;
  bool is_cycle = false;
  const auto add = [&](const JobDocument& document) {
    chain.push_back(document.path);
    is_cycle = is_cycle || (!document.location.empty() && document.location == child.document.location);
  };
  add(job_.documents[state_.levels.front().next->document]);
  for (const ChildRun& above : state_.children)
    add(above.document);
  chain.push_back(child.document.path);
  if (is_cycle) return end_of_run(fmt::format("a document must not execute itself: {}", fmt::join(chain, " -> ")));
  if (depth_ == most_depth) {
    return end_of_run(fmt::format("documents may be nested {} levels deep, and this would be one more: {}", most_depth,
                                  fmt::join(chain, " -> ")));
  }
  return std::nullopt;
}

std::optional<ActionResult> Execution::begin_child(const Step& step, ChildRun child) {
  if (auto refusal = refuse_child(child)) return refusal;
  Level below{.plan = RunPlan(std::span(&child.document, 1), child.phases, job_)};
  const PlannedDocument& document = below.plan.documents().front();
  if (std::string error = error_in(below.plan); !error.empty()) return ActionResult::failure(std::move(error));
  for (const std::string& phase : child.phases) {  // EXECUTEDOCUMENT-6
    if (document.document->find_phase(phase) != nullptr) continue;
    parts_.events.log(LogLevel::warning,
                      fmt::format("step {}: {} has no phase `{}`", step.name.value, document.path, phase));
  }
  if (document.selected_phases.empty() && !child.phases.empty()) {
    parts_.events.log(LogLevel::warning,
                      fmt::format("step {}: nothing of {} is executed", step.name.value, document.path));
  }
  RunRecord run;
  run.execution_id = make_execution_id();
  run.status = Status::interrupted;  // until it has come to its end
  run.start_time_ns = current_time_ns();
  run.documents.push_back(record_of(document));
  record().documents[here().next->document].phases[here().next->phase].steps.back().child_runs.push_back(
      std::move(run));
  log_document(document, std::nullopt);
  LevelState state;
  state.next = below.plan.first();
  state_.levels.push_back(std::move(state));
  state_.children.push_back(std::move(child));
  levels_.push_back(std::move(below));
  go_to_level(depth_ + 1);
  return std::nullopt;
}

void Execution::end_child() {
  if (interrupted() && level().open_document) leave(*here().next, std::nullopt);
  settle_record();
  const RunRecord& run = record();
  ActionResult result;
  if (run.status != Status::success) {
    result = ActionResult::failure(run.failure_message + first_failure(run, level().plan.documents().front()));
  }
  result.outputs = outputs_of(run, here().counts);
  result.ends_run = level().ends_run;
  levels_.pop_back();
  state_.levels.pop_back();
  state_.children.pop_back();
  go_to_level(depth_ - 1);
  const Position position = *here().next;
  const Step& step = *level().plan.step_at(position);
  StepContext context = context_of(position, step);
  if (result.outcome == ActionResult::Outcome::failure) log_error(step, result.error);
  context.log("FINISHED EXECUTION");
  go_on(position, end_iteration(position, step, std::move(result)));
}

const std::string& Execution::document_location() const {
  return depth_ > 0 ? state_.children.back().document.location : job_.documents[here().next->document].location;
}

const StepRecord& Execution::calling_step_record() const {
  const Position& position = *state_.levels[depth_ - 1].next;
  return state_.record_of(depth_ - 1).documents[position.document].phases[position.phase].steps.back();
}

void Execution::reopen_levels_above() {
  for (std::size_t depth = 0; depth + 1 < levels_.size(); ++depth) {
    go_to_level(depth);
    const Position position = *here().next;
    const Step& step = *level().plan.step_at(position);
    enter(position);
    open_step(position, step);
    // The attempt and the iteration go on; they do not begin.
    level().open_attempt = position.attempt;
    if (step.loop) level().loop.emplace(*step.loop, here().progress->loop_texts);
  }
  go_to_level(levels_.size() - 1);
}

void Execution::go_to_level(std::size_t depth) {
  depth_ = depth;
  parts_.events.set_depth(static_cast<std::uint32_t>(depth));
}

}  // namespace ibtest
