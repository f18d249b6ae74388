#include "agent/engine/execution.hpp"

#include <fmt/format.h>

#include "agent/protocol/execution_id.hpp"

namespace ibtest {

namespace {

constexpr std::chrono::seconds files_interval{1};

}  // namespace

Execution::~Execution() {
  parts_.events.set_log(nullptr);
}

void Execution::run() {
  while (has_next())
    execute_next();
  if (reboot_requested_by_ && !parts_.control.stop_requested()) return hand_over_for_reboot();
  finish();
}

void Execution::execute_next() {
  const Position position = *here().next;
  enter(position);
  if (const Step* const step = level().plan.step_at(position)) {
    execute_step(position, *step);
  } else {
    go_on(position, level().plan.after(position));
  }
  while (depth_ > 0 && !here().next)
    end_child();
  results_changed();
  parts_.loop.poll();
  warn_of_write_errors();
}

void Execution::go_on(const Position& position, const std::optional<Position>& next) {
  leave(position, next);
  here().next = next;
}

void Execution::enter(const Position& position) {
  DocumentRecord& document = record().documents[position.document];
  Level& open = level();
  if (open.open_document != position.document) {
    open.open_document = position.document;
    if (!document.started) document.start_time_ns = current_time_ns();
    document.started = true;
    parts_.events.emit(DocumentStarted{position.document, document.path, document.name});
  }
  if (open.plan.phase_at(position) == nullptr || open.open_phase == position.phase) return;
  open.open_phase = position.phase;
  PhaseRecord& phase = phase_record(position);
  if (!phase.started) phase.start_time_ns = current_time_ns();
  phase.started = true;
  parts_.events.emit(PhaseStarted{position.document, position.phase, phase.name});
}

void Execution::leave(const Position& position, const std::optional<Position>& next) {
  const bool same_document = next && next->document == position.document;
  const bool same_phase = same_document && next->phase == position.phase;
  if (same_phase) return;
  if (level().open_phase) close_phase(position);
  if (!same_document) close_document(position.document);
  if (next) write_results();  // else finish() does it
}

void Execution::close_phase(const Position& position) {
  PhaseRecord& phase = phase_record(position);
  phase.status = Status::success;
  for (const StepRecord& step : phase.steps)
    phase.status = combine(phase.status, step.status);
  if (interrupted()) phase.status = Status::interrupted;
  if (phase.status == Status::failed) phase.failure_message = fmt::format("Phase {} failed!", phase.name);  // LOG-18
  phase.end_time_ns = current_time_ns();
  level().open_phase.reset();
  level().open_step.reset();
  parts_.events.emit(PhaseFinished{position.document, position.phase, phase.status});
}

void Execution::close_document(std::uint32_t index) {
  DocumentRecord& document = record().documents[index];
  document.status = Status::success;
  for (const PhaseRecord& phase : document.phases) {
    if (phase.started) document.status = combine(document.status, phase.status);
  }
  if (interrupted()) document.status = Status::interrupted;
  if (document.status == Status::failed) {
    document.failure_message = fmt::format("Document {} failed!", document.path);  // LOG-18
  }
  document.end_time_ns = current_time_ns();
  level().open_document.reset();
  parts_.events.emit(DocumentFinished{index, document.status});
}

void Execution::finish() {
  while (depth_ > 0)
    end_child();
  if (interrupted() && level().open_document) leave(*here().next, std::nullopt);
  settle_record();
  write_results();
  warn_of_write_errors();
  const RunRecord& run = state_.record;
  parts_.events.emit(RunFinished{run.status, here().counts, run.failure_message});
  parts_.to_runner.flush();
}

void Execution::settle_record() {
  RunRecord& run = record();
  if (interrupted()) {
    run.status = Status::interrupted;
    run.failure_message = parts_.control.stop_reason();
  } else if (!state_.failed_setup) {
    // Documents together only succeed or fail (EXEC-1); CLI-8 names the first one that failed.
    run.status = Status::success;
    for (const DocumentRecord& document : run.documents) {
      if (!document.started || document.status != Status::failed || run.status == Status::failed) continue;
      run.status = Status::failed;
      run.failure_message = document.failure_message;
    }
  }
  run.end_time_ns = current_time_ns();
}

PhaseRecord& Execution::phase_record(const Position& position) {
  return record().documents[position.document].phases[position.phase];
}

void Execution::results_changed() {
  results_dirty_ = true;
  const auto due = files_written_ + files_interval;
  if (std::chrono::steady_clock::now() >= due) return write_results();
  if (!files_scheduled_) schedule_files(due);
}

void Execution::schedule_files(std::chrono::steady_clock::time_point due) {
  files_scheduled_ = true;
  files_timer_.expires_at(due);
  files_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    files_scheduled_ = false;
    if (results_dirty_) {
      write_results();
    } else {
      log_->flush();
      files_written_ = std::chrono::steady_clock::now();
    }
    // While a step runs its output goes on.
    if (level().open_step) schedule_files(files_written_ + files_interval);
  });
}

void Execution::write_results() {
  log_->flush();
  log_->write_results(state_.record);
  results_dirty_ = false;
  files_written_ = std::chrono::steady_clock::now();
}

void Execution::warn_of_write_errors() {
  if (warned_of_write_error_) return;
  const std::string& logs = log_->write_error();
  const std::string& events = parts_.to_runner.write_error();
  if (logs.empty() && events.empty()) return;
  warned_of_write_error_ = true;
  parts_.events.log(LogLevel::warning,
                    logs.empty() ? events + "; the run goes on, but no other runner could take it over"
                                 : fmt::format("{} (log folder {}); the run goes on, but its logs are not complete",
                                               logs, log_->path().string()));
}

}  // namespace ibtest
