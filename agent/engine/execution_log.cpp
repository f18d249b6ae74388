#include <algorithm>

#include <fmt/format.h>

#include "actions/inputs/decode_inputs.hpp"
#include "agent/engine/execution.hpp"
#include "agent/engine/log_text.hpp"
#include "agent/engine/reference_resolver.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

/// Masked before it is cut.
std::string loggable(std::string_view text, const EventStream& events) {
  return events.masks() ? shortened(events.masked(text)) : shortened(text);
}

// Output values may have megabytes, so they are cut before they are copied.
std::string results_text(const Json& outputs, const EventStream& events) {
  Json shown = Json::array();
  for (const Json& element : outputs) {
    Json& copy = shown.emplace_back(Json::object());
    for (const auto& [key, value] : element.items()) {
      copy[key] = value.is_string() ? Json(loggable(value.get_ref<const std::string&>(), events)) : value;
    }
  }
  return shown.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string inputs_text(const Step& step, const EventStream& events, const ActionInputsDecoder::Resolver& resolve) {
  if (!step.inputs) return "[]";
  return loggable(resolved_json(*step.inputs, resolve).dump(-1, ' ', false, Json::error_handler_t::replace), events);
}

}  // namespace

// LOG-11: modules that ran no command to its end print their own error.
void Execution::log_error(const Step& step, const std::string& error) {
  const std::string prefix = step.action.value + ": ";
  parts_.events.log(LogLevel::console, error.starts_with(prefix) ? error : prefix + error);
}

void Execution::log_inputs(const Step& step, const ReferenceResolver& resolver, const LoopVariables* loop) {
  debug("Chaining: Before unchaining inputs " +
        inputs_text(step, parts_.events, [](const std::string& text) { return text; }));
  debug("Chaining: After unchaining, before resolving parameter inputs " +
        inputs_text(step, parts_.events,
                    [&resolver](const std::string& text) { return resolver.resolve_chaining(text); }));
  debug("Chaining: After parameter resolve inputs " +
        inputs_text(step, parts_.events,
                    [&resolver, loop](const std::string& text) { return resolver.resolve(text, loop); }));
}

void Execution::log_result(const Position& position, const Step& step, const Outcome& outcome) {
  const StepRecord& record = phase_record(position).steps.back();
  const int code = outcome.exit_code.value_or(outcome.succeeded() ? 0 : 1);
  debug(fmt::format("Executor: Step results - Results {}, Exit code {}, Error {}",
                    record.masked ? std::string(ValueMask::stand_in) : results_text(record.outputs, parts_.events),
                    code, outcome.succeeded() ? "<nil>" : outcome.error));
  if (outcome.succeeded()) {
    debug(fmt::format("Executor: Not going to execute step {} again as final exit code is {}", step.name.value, code));
  } else if (outcome.kind == Outcome::Kind::failure && position.attempt < attempts_of(step)) {
    debug(fmt::format("Executor: Going to execute step {} again as final exit code is {}", step.name.value, code));
  }
}

void Execution::keep_secrets(const std::vector<std::string>& resolved) {
  std::vector<std::string>& secrets = state_.record.secrets;
  for (const std::string& secret : resolved) {
    if (std::ranges::find(secrets, secret) != secrets.end()) continue;
    secrets.push_back(secret);
    parts_.events.mask(secret);
  }
}

void Execution::mask_outputs(const StepRecord& record) {
  for (const Json& element : record.outputs) {
    for (const auto& [key, value] : element.items()) {
      if (value.is_string()) parts_.events.mask(value.get_ref<const std::string&>());
    }
  }
}

void Execution::debug(std::string text) {
  parts_.events.log(LogLevel::debug, std::move(text));
}

}  // namespace ibtest
