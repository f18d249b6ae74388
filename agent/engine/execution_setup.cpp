#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/engine/execution.hpp"
#include "agent/protocol/execution_id.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

DocumentRecord record_of(const PlannedDocument& planned) {
  DocumentRecord record;
  record.path = planned.path;
  record.status = Status::interrupted;  // until it has come to its end
  if (!planned.document) return record;
  record.name = planned.document->name;
  record.description = planned.document->description;
  for (const Phase& phase : planned.document->phases) {
    PhaseRecord phase_record;
    phase_record.name = phase.name.value;
    phase_record.selected = false;
    phase_record.status = Status::interrupted;
    record.phases.push_back(std::move(phase_record));
  }
  for (const std::uint32_t phase : planned.selected_phases)
    record.phases[phase].selected = true;
  return record;
}

namespace {

std::string_view location_kind(std::string_view path) {
  if (path.starts_with("s3://")) return "an S3 URI";
  return path.starts_with("arn:") ? "a component ARN" : "a local path";
}

bool fits(const RunRecord& record, const std::vector<PlannedDocument>& documents) {
  if (record.documents.size() != documents.size()) return false;
  for (std::size_t index = 0; index < documents.size(); ++index) {
    const auto& document = documents[index].document;
    if (!document || document->phases.size() != record.documents[index].phases.size()) return false;
  }
  return true;
}

}  // namespace

Execution::Execution(Job job, AgentParts& parts)
    : job_(std::move(job)), parts_(parts), dynamic_(job_), files_timer_(parts.loop) {
  levels_.push_back({.plan = RunPlan(job_.documents, job_.phases, job_)});
  if (job_.resume.is_null()) {
    begin_afresh();
  } else {
    resume();
  }
  std::error_code ignored;  // a step that needs the folder says that it is missing
  std::filesystem::create_directories(job_.working_directory, ignored);
  write_results();
}

void Execution::begin_afresh() {
  RunRecord& run = state_.record;
  run.execution_id = job_.execution_id;
  run.status = Status::interrupted;
  run.start_time_ns = current_time_ns();
  log_ = LogFolder::create(job_.log_directory, run.start_time_ns, job_.execution_id);
  state_.log_folder = log_->path().string();
  const RunPlan& plan = level().plan;
  for (const PlannedDocument& planned : plan.documents())
    run.documents.push_back(record_of(planned));
  parts_.events.set_log(log_.get());
  keep_secrets(job_.secrets);
  parts_.events.emit(RunStarted{job_.execution_id, log_->path().string(), plan.step_count()});
  log_setup();
  const std::string error = plan.first_error();
  state_.failed_setup = !error.empty();
  if (state_.failed_setup) {
    run.status = Status::failed;
    run.failure_message = error;
  } else {
    here().next = plan.first();
  }
}

void Execution::resume() {
  const std::string what = "going on with the saved state of a run";
  try {
    job_.resume.get_to(state_);
  } catch (const nlohmann::json::exception& exception) {
    throw Fault(ExitStatus::target_failed, fmt::format("{}: {}", what, exception.what()),
                "ibtest and its agent must be of the same version");
  }
  if (state_.record.execution_id != job_.execution_id || state_.levels.size() != state_.children.size() + 1) {
    throw Fault(ExitStatus::target_failed, what + ": it belongs to other documents");
  }
  for (const ChildRun& child : state_.children)
    levels_.push_back({.plan = RunPlan(std::span(&child.document, 1), child.phases, job_)});
  for (std::size_t index = 0; index < levels_.size(); ++index) {
    const RunPlan& plan = levels_[index].plan;
    const std::optional<Position>& next = state_.levels[index].next;
    const bool stands = next ? plan.contains(*next) : index + 1 == levels_.size();
    if (!fits(state_.record_of(index), plan.documents()) || !stands) {
      throw Fault(ExitStatus::target_failed, what + ": it belongs to other documents");
    }
  }
  log_ = LogFolder::reopen(state_.log_folder);
  parts_.events.set_log(log_.get());
  for (const std::string& secret : state_.record.secrets)
    parts_.events.mask(secret);
  for_each_step(state_.record, [this](const StepRecord& step) {
    if (step.masked) mask_outputs(step);
  });
  parts_.events.emit(RunStarted{job_.execution_id, log_->path().string(), levels_.front().plan.step_count()});
  // RESUME-9
  parts_.events.log(LogLevel::console, "Recovery completed for detailed output.");
  parts_.events.log(LogLevel::console, "Executor: System has rebooted successfully");
  empty_folders_after_reboot();
  reopen_levels_above();
}

void Execution::log_setup() {
  std::vector<std::string> paths;
  const std::vector<PlannedDocument>& documents = level().plan.documents();
  paths.reserve(documents.size());
  for (const PlannedDocument& planned : documents)
    paths.push_back(planned.path);
  debug(fmt::format(
      "CLI run: CLI arguments cliDocumentsString=[{}], phases=[{}], executionId={}, logDir={}, logS3Bucket=, logS3Key=",
      fmt::join(paths, ","), fmt::join(job_.phases, ","), job_.execution_id, job_.log_directory));
  for (std::size_t index = 0; index < documents.size(); ++index)
    log_document(documents[index], index);
  debug("Setup: Checking for cycles and nesting limits");
}

void Execution::log_document(const PlannedDocument& planned, std::optional<std::size_t> index) {
  const auto stage = [this](std::string_view name) {
    debug(fmt::format("Setup: STARTED {}", name));
    debug(fmt::format("Setup: FINISHED {}", name));
  };
  parts_.events.log(LogLevel::console,
                    fmt::format("Setup: Document {} is {}", planned.path, location_kind(planned.path)));
  debug(fmt::format("Setup: Currently validating document {}", planned.path));
  debug("Setup: Source type: Default");
  if (index) {
    log_->add_document(*index, planned.path, planned.source->text());
    debug(fmt::format("Setup: New destination path {}/D{}__{}", log_->path().string(), *index,
                      std::filesystem::path(planned.path).filename().string()));
  }
  for (const std::string_view name : {"DOWNLOADING DOCUMENT", "COPYING DOCUMENT", "PARSING DOCUMENT"})
    stage(name);
  for (const Diagnostic& diagnostic : planned.diagnostics) {
    const SourcePosition& place = diagnostic.range.begin;
    // The runner has read the same documents and shows their warnings; only what ends the run must be seen again.
    const LogLevel level = diagnostic.severity == Severity::error ? LogLevel::warning : LogLevel::console;
    parts_.events.log(level, fmt::format("Setup: {}:{}:{}: {}: {}", planned.path, place.line, place.column,
                                         severity_name(diagnostic.severity), diagnostic.message));
  }
  const auto warn = [this](std::string text) { parts_.events.log(LogLevel::warning, "Setup: " + std::move(text)); };
  for (const std::string& name : planned.missing_values)
    warn(fmt::format("the parameter `{}` of {} has neither a value nor a default; it is the empty string", name,
                     planned.path));
  for (const std::string& name : planned.surplus_values)
    warn(fmt::format("{} declares no parameter `{}`; its value is ignored", planned.path, name));
  if (!planned.document) return;
  for (const std::string_view name :
       {"VALIDATING DOCUMENT", "DOCUMENT CONVERSION", "DOCUMENT VALIDATION FOR PARAMETERS",
        "DOCUMENT VALIDATION FOR CHAINING", "CREATION OF TOE FILES"}) {
    stage(name);
  }
}

}  // namespace ibtest
