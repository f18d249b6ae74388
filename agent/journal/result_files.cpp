#include "agent/journal/result_files.hpp"

#include "agent/journal/buffered_file.hpp"
#include "agent/journal/indented_json.hpp"
#include "agent/protocol/execution_id.hpp"

namespace ibtest {

namespace {

std::string time_text(std::int64_t time_ns) {
  return time_ns == 0 ? std::string() : format_time_seconds(time_ns);
}

void write_text(IndentedJson& json, std::string_view key, std::string_view value) {
  json.key(key);
  json.text(value);
}

void write_failure_message(IndentedJson& json, std::string_view message) {
  json.key("failureMessage");
  json.masked_text(message);
}

void write_number(IndentedJson& json, std::string_view key, std::int64_t value) {
  json.key(key);
  json.number(value);
}

void write_times(IndentedJson& json, std::int64_t start_ns, std::int64_t end_ns) {
  write_text(json, "startTime", time_text(start_ns));
  write_text(json, "endTime", time_text(end_ns));
}

void write_inputs_and_outputs(IndentedJson& json, const StepRecord& step) {
  json.key("inputs");
  json.compact_text(step.inputs);
  json.key("outputs");
  if (!step.masked) {
    json.compact_text(step.outputs);
    return;
  }
  // STEP-7, GEN-19: the keys stay, the values do not.
  auto outputs = nlohmann::ordered_json::array();
  for (const auto& output : step.outputs) {
    auto hidden = nlohmann::ordered_json::object();
    for (const auto& [key, value] : output.items())
      hidden[key] = ValueMask::stand_in;
    outputs.push_back(std::move(hidden));
  }
  json.compact_text(outputs);
}

template <typename Items, typename Write>
void write_list(IndentedJson& json, std::string_view key, const Items& items, Write&& write) {
  json.key(key);
  json.begin_array();
  for (const auto& item : items)
    write(item);
  json.end_array();
}

void write_run_detail(IndentedJson& json, const RunRecord& record);
void write_documents_chaining(IndentedJson& json, const RunRecord& record);

// NOLINTNEXTLINE(misc-no-recursion): the nesting limit bounds the depth (EXECUTEDOCUMENT-2), here and below.
void write_step_detail(IndentedJson& json, const StepRecord& step) {
  json.element();
  json.begin_object();
  write_text(json, "name", step.name);
  write_text(json, "status", status_word(step.status));
  write_failure_message(json, step.failure_message);
  write_number(json, "timeoutSeconds", step.timeout_seconds);
  write_text(json, "onFailure", step.on_failure);
  write_number(json, "maxAttempts", step.max_attempts);
  write_text(json, "action", step.action);
  write_times(json, step.start_time_ns, step.end_time_ns);
  write_inputs_and_outputs(json, step);
  json.key("loop");
  json.value(step.loop);
  if (step.child_runs.empty()) {
    json.key("detailedOutput");
    json.null();
  } else {
    write_list(json, "detailedOutput", step.child_runs, [&json](const RunRecord& child) {  // LOG-17
      json.element();
      write_run_detail(json, child);
    });
  }
  json.end_object();
}

void write_phase_detail(IndentedJson& json, const PhaseRecord& phase) {
  if (!phase.started) return;
  json.element();
  json.begin_object();
  write_text(json, "name", phase.name);
  write_text(json, "status", status_word(phase.status));
  write_times(json, phase.start_time_ns, phase.end_time_ns);
  write_failure_message(json, phase.failure_message);
  write_list(json, "steps", phase.steps, [&json](const StepRecord& step) { write_step_detail(json, step); });
  json.end_object();
}

void write_document_detail(IndentedJson& json, const DocumentRecord& document) {
  if (!document.started) return;
  json.element();
  json.begin_object();
  write_text(json, "name", document.name);
  json.key("filePath");
  json.masked_text(document.path);
  write_text(json, "status", status_word(document.status));
  write_text(json, "description", document.description);
  write_times(json, document.start_time_ns, document.end_time_ns);
  write_failure_message(json, document.failure_message);
  write_list(json, "phases", document.phases, [&json](const PhaseRecord& phase) { write_phase_detail(json, phase); });
  json.end_object();
}

void write_run_detail(IndentedJson& json, const RunRecord& record) {
  json.begin_object();
  write_text(json, "executionId", record.execution_id);
  // Of a run as a whole there is only success and failure (EXEC-1).
  const auto status = record.status == Status::success_with_ignored_failure ? Status::success : record.status;
  write_text(json, "status", status_word(status));
  write_times(json, record.start_time_ns, record.end_time_ns);
  write_failure_message(json, record.failure_message);
  write_list(json, "documents", record.documents,
             [&json](const DocumentRecord& document) { write_document_detail(json, document); });
  json.end_object();
}

void write_step_chaining(IndentedJson& json, const StepRecord& step) {
  json.element();
  json.begin_object();
  write_text(json, "name", step.name);
  write_inputs_and_outputs(json, step);
  json.key("loop");
  json.value(step.loop);
  if (step.child_runs.empty()) {
    json.key("documents");
    json.null();
  } else {
    json.key("documents");
    json.begin_array();
    for (const RunRecord& child : step.child_runs)
      write_documents_chaining(json, child);  // LOG-21
    json.end_array();
  }
  json.end_object();
}

void write_phase_chaining(IndentedJson& json, const PhaseRecord& phase) {
  json.element();
  json.begin_object();
  write_text(json, "name", phase.name);
  json.key("isSelected");
  json.flag(phase.selected);
  write_list(json, "steps", phase.steps, [&json](const StepRecord& step) { write_step_chaining(json, step); });
  json.end_object();
}

void write_documents_chaining(IndentedJson& json, const RunRecord& record) {
  for (const auto& document : record.documents) {
    json.element();
    json.begin_object();
    write_list(json, "phases", document.phases,
               [&json](const PhaseRecord& phase) { write_phase_chaining(json, phase); });
    json.end_object();
  }
}

void write_chaining(IndentedJson& json, const RunRecord& record) {
  json.begin_array();
  write_documents_chaining(json, record);
  json.end_array();
}

/// A reader never sees half a file, and a full disk leaves the old one.
template <typename Write>
std::string replace_file(const std::filesystem::path& path, const ValueMask& mask, Write&& write) {
  const auto temporary = std::filesystem::path(path.string() + ".new");
  std::string error;
  {
    BufferedFile file(temporary, BufferedFile::Mode::replace);
    IndentedJson json(file, mask);
    write(json);
    file.append("\n");
    file.flush();
    error = file.error();
  }
  std::error_code failed;
  if (error.empty()) {
    std::filesystem::rename(temporary, path, failed);
    if (failed) error = "writing " + path.filename().string() + ": " + failed.message();
  }
  if (!error.empty()) std::filesystem::remove(temporary, failed);
  return error;
}

}  // namespace

std::string write_result_files(const std::filesystem::path& folder, const RunRecord& record) {
  const auto mask = mask_of(record);
  auto error = replace_file(folder / "detailedoutput.json", mask,
                            [&record](IndentedJson& json) { write_run_detail(json, record); });
  const auto chaining_error =
      replace_file(folder / "chaining.json", mask, [&record](IndentedJson& json) { write_chaining(json, record); });
  return error.empty() ? chaining_error : error;
}

}  // namespace ibtest
