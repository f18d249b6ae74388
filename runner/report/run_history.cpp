#include "runner/report/run_history.hpp"

#include <algorithm>

namespace ibtest {

namespace {

constexpr std::size_t warnings_kept = 100;
constexpr std::size_t longest_text = 64U << 10U;

/// Names and messages come from the target: whatever it sends, what is remembered of it stays small.
std::string kept(std::string_view text) {
  if (text.size() <= longest_text) return std::string(text);
  std::size_t end = longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // not inside a character
  return std::string(text.substr(0, end)) + "…";
}

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

bool StepReport::went_wrong() const {
  return !status || *status == Status::failed || *status == Status::interrupted;
}

void RunHistory::begin_stage(std::string name) {
  running_.reset();
  children_.clear();
  output_.clear();
  stages_.push_back({.name = std::move(name)});
}

void RunHistory::consume(const Event& event) {
  if (stages_.empty()) begin_stage({});
  if (children_.size() > event.depth) children_.resize(event.depth);
  if (event.depth > 0) consume_child(event);
  const bool is_common = std::holds_alternative<Output>(event.body) || std::holds_alternative<LogLine>(event.body);
  if (event.depth > 0 && !is_common) return;
  std::visit(
      Overloaded{
          [&](const RunStarted& started) {
            stages_.back().execution_id = kept(started.execution_id);
            stages_.back().log_directory = kept(started.log_directory);
            stages_.back().step_count = started.step_count;
          },
          [&](const DocumentStarted& started) { document_ = kept(started.path); },
          [&](const PhaseStarted& started) { phase_ = kept(started.name); },
          [&](const StepStarted& started) {
            if (goes_on(started.address)) return;
            StepReport step;
            step.stage = stages_.size() - 1;
            step.address = started.address;
            step.document = document_;
            step.phase = phase_;
            step.name = kept(started.name);
            step.action = kept(started.action);
            step.line = started.line;
            step.max_attempts = started.max_attempts;
            step.start_time_ns = event.time_ns;
            steps_.push_back(std::move(step));
            running_ = steps_.size() - 1;
            output_.clear();
          },
          [&](const AttemptStarted& started) {
            if (running_) steps_[*running_].attempts = started.attempt;
          },
          [&](const IterationStarted& started) {
            if (!running_) return;
            StepReport& step = steps_[*running_];
            step.iteration = started.iteration;
            step.iterations = started.count;
            step.iteration_value = kept(started.value);
            step.iteration_error.clear();
          },
          [&](const IterationFinished& finished) {
            if (running_) steps_[*running_].iteration_error = kept(finished.error);
          },
          [&](const RebootRequested&) { ++stages_.back().reboots; },
          [&](const LogLine& line) {
            if (line.level == LogLevel::warning && warnings_.size() < warnings_kept)
              warnings_.push_back(kept(line.text));
          },
          [&](const Output& output) {
            if (running_) output_.append(output.stream, output.bytes);
          },
          [&](const AttemptFinished& finished) {
            if (running_) steps_[*running_].exit_code = finished.exit_code;
          },
          [&](const StepFinished& finished) { finish_step(finished); },
          [&](const RunFinished& finished) {
            stages_.back().finished = RunFinished{finished.status, finished.counts, kept(finished.failure_message)};
          },
          [&](const AgentFault& fault) {
            agent_fault_ = AgentFault{kept(fault.message), kept(fault.remedy)};
          },
          [](const auto&) {},
      },
      event.body);
}

void RunHistory::consume_child(const Event& event) {
  while (children_.size() < event.depth) {
    const auto depth = static_cast<std::uint32_t>(children_.size()) + 1;
    children_.push_back({.depth = depth});
  }
  ChildStepReport& child = children_.back();
  std::visit(Overloaded{
                 [&](const DocumentStarted& started) { child.document = kept(started.path); },
                 [&](const PhaseStarted& started) { child.phase = kept(started.name); },
                 [&](const StepStarted& started) {
                   child.name = kept(started.name);
                   child.action = kept(started.action);
                   child.status.reset();
                   child.attempts = 1;
                 },
                 [&](const AttemptStarted& started) { child.attempts = started.attempt; },
                 [&](const StepFinished& finished) {
                   child.status = finished.status;
                   child.failure_message = kept(finished.failure_message);
                   child.duration_ms = finished.duration_ms;
                 },
                 [](const auto&) {},
             },
             event.body);
}

// After a reboot that a step asked for the agent opens the step again.
bool RunHistory::goes_on(const StepAddress& address) {
  if (steps_.empty()) return false;
  const StepReport& last = steps_.back();
  if (last.stage + 1 != stages_.size() || last.address != address || last.status) return false;
  running_ = steps_.size() - 1;
  return true;
}

void RunHistory::finish_step(const StepFinished& finished) {
  if (!running_) return;
  StepReport& step = steps_[*running_];
  step.status = finished.status;
  step.failure_message = kept(finished.failure_message);
  step.duration_ms = finished.duration_ms;
  step.attempts = finished.attempts;
  step.last_lines = output_.lines();
  step.lines_dropped = output_.dropped();
  running_.reset();
}

const StepReport* RunHistory::first_failed() const {
  const auto found = std::find_if(steps_.begin(), steps_.end(), [](const StepReport& s) { return s.went_wrong(); });
  return found == steps_.end() ? nullptr : &*found;
}

Counts RunHistory::counts() const {
  Counts sum;
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    if (stages_[stage].finished) {
      const Counts& counts = stages_[stage].finished->counts;
      sum.executed += counts.executed;
      sum.failed += counts.failed;
      sum.ignored_failed += counts.ignored_failed;
      sum.skipped += counts.skipped;
      continue;
    }
    for (const StepReport& step : steps_) {
      if (step.stage != stage) continue;
      if (step.status == Status::skipped) {
        ++sum.skipped;
        continue;
      }
      ++sum.executed;
      if (step.went_wrong()) ++sum.failed;
      if (step.status == Status::ignored_failure) ++sum.ignored_failed;
    }
  }
  return sum;
}

}  // namespace ibtest
