#include "agent/journal/run_record.hpp"

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

/// How much each status outweighs the others of the steps beside it.
int weight(Status status) {
  switch (status) {
    case Status::interrupted:
      return 3;
    case Status::failed:
      return 2;
    case Status::ignored_failure:
    case Status::success_with_ignored_failure:
      return 1;
    case Status::success:
    case Status::skipped:
      break;
  }
  return 0;
}

// NOLINTNEXTLINE(misc-no-recursion)
void add_values(ValueMask& mask, const nlohmann::ordered_json& value) {
  if (value.is_string()) mask.add(value.get_ref<const std::string&>());
  if (value.is_structured()) {
    for (const auto& item : value)
      add_values(mask, item);
  }
}

Status read_status(const nlohmann::json& json) {
  const auto status = status_from_word(json.at("status").get<std::string>());
  if (!status) throw Fault(ExitStatus::target_failed, "reading saved results: unknown status");
  return *status;
}

/// The fields that runs, documents, phases and steps have in common.
template <typename Record>
nlohmann::json outcome_json(const Record& record) {
  return {{"status", status_word(record.status)},
          {"failureMessage", record.failure_message},
          {"start", record.start_time_ns},
          {"end", record.end_time_ns}};
}

template <typename Record>
void read_outcome(const nlohmann::json& json, Record& record) {
  record.status = read_status(json);
  record.failure_message = json.at("failureMessage").get<std::string>();
  record.start_time_ns = json.at("start").get<std::int64_t>();
  record.end_time_ns = json.at("end").get<std::int64_t>();
}

/// Trees whose key order matters are kept as text: the surrounding JSON sorts keys.
std::string text_of(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json tree_of(const nlohmann::json& json, const char* key) {
  return nlohmann::ordered_json::parse(json.at(key).get_ref<const std::string&>());
}

// NOLINTNEXTLINE(misc-no-recursion): the nesting limit bounds the depth (EXECUTEDOCUMENT-2), here and below.
nlohmann::json step_to_json(const StepRecord& step) {
  auto json = outcome_json(step);
  json["name"] = step.name;
  json["action"] = step.action;
  json["timeoutSeconds"] = step.timeout_seconds;
  json["onFailure"] = step.on_failure;
  json["maxAttempts"] = step.max_attempts;
  json["inputs"] = text_of(step.inputs);
  json["outputs"] = text_of(step.outputs);
  json["masked"] = step.masked;
  json["loop"] = text_of(step.loop);
  if (!step.child_runs.empty()) json["childRuns"] = step.child_runs;
  return json;
}

StepRecord step_from_json(const nlohmann::json& json) {
  StepRecord step;
  read_outcome(json, step);
  step.name = json.at("name").get<std::string>();
  step.action = json.at("action").get<std::string>();
  step.timeout_seconds = json.at("timeoutSeconds").get<std::int64_t>();
  step.on_failure = json.at("onFailure").get<std::string>();
  step.max_attempts = json.at("maxAttempts").get<std::int64_t>();
  step.inputs = tree_of(json, "inputs");
  step.outputs = tree_of(json, "outputs");
  step.masked = json.at("masked").get<bool>();
  step.loop = tree_of(json, "loop");
  if (json.contains("childRuns")) json.at("childRuns").get_to(step.child_runs);
  return step;
}

nlohmann::json phase_to_json(const PhaseRecord& phase) {
  auto json = outcome_json(phase);
  json["name"] = phase.name;
  json["selected"] = phase.selected;
  json["started"] = phase.started;
  json["steps"] = nlohmann::json::array();
  for (const auto& step : phase.steps)
    json["steps"].push_back(step_to_json(step));
  return json;
}

PhaseRecord phase_from_json(const nlohmann::json& json) {
  PhaseRecord phase;
  read_outcome(json, phase);
  phase.name = json.at("name").get<std::string>();
  phase.selected = json.at("selected").get<bool>();
  phase.started = json.at("started").get<bool>();
  for (const auto& step : json.at("steps"))
    phase.steps.push_back(step_from_json(step));
  return phase;
}

nlohmann::json document_to_json(const DocumentRecord& document) {
  auto json = outcome_json(document);
  json["name"] = document.name;
  json["description"] = document.description;
  json["path"] = document.path;
  json["started"] = document.started;
  json["phases"] = nlohmann::json::array();
  for (const auto& phase : document.phases)
    json["phases"].push_back(phase_to_json(phase));
  return json;
}

DocumentRecord document_from_json(const nlohmann::json& json) {
  DocumentRecord document;
  read_outcome(json, document);
  document.name = json.at("name").get<std::string>();
  document.description = json.at("description").get<std::string>();
  document.path = json.at("path").get<std::string>();
  document.started = json.at("started").get<bool>();
  for (const auto& phase : json.at("phases"))
    document.phases.push_back(phase_from_json(phase));
  return document;
}

}  // namespace

Status combine(Status so_far, Status next) {
  const auto heavier = weight(next) > weight(so_far) ? next : so_far;
  switch (weight(heavier)) {
    case 0:
      return Status::success;
    case 1:
      return Status::success_with_ignored_failure;
    default:
      return heavier;
  }
}

void for_each_step(const RunRecord& record, const std::function<void(const StepRecord&)>& visit) {
  for (const auto& document : record.documents) {
    for (const auto& phase : document.phases) {
      for (const auto& step : phase.steps) {
        visit(step);
        for (const auto& child : step.child_runs)
          for_each_step(child, visit);
      }
    }
  }
}

ValueMask mask_of(const RunRecord& record) {
  ValueMask mask;
  for (const auto& secret : record.secrets)
    mask.add(secret);
  for_each_step(record, [&mask](const StepRecord& step) {
    if (step.masked) add_values(mask, step.outputs);
  });
  return mask;
}

void to_json(nlohmann::json& json, const RunRecord& record) {
  json = outcome_json(record);
  json["executionId"] = record.execution_id;
  json["secrets"] = record.secrets;
  json["documents"] = nlohmann::json::array();
  for (const auto& document : record.documents)
    json["documents"].push_back(document_to_json(document));
}

void from_json(const nlohmann::json& json, RunRecord& record) {
  try {
    RunRecord read;
    read_outcome(json, read);
    read.execution_id = json.at("executionId").get<std::string>();
    read.secrets = json.at("secrets").get<std::vector<std::string>>();
    for (const auto& document : json.at("documents"))
      read.documents.push_back(document_from_json(document));
    record = std::move(read);
  } catch (const nlohmann::json::exception& error) {
    throw Fault(ExitStatus::target_failed, std::string("reading saved results: ") + error.what());
  }
}

}  // namespace ibtest
