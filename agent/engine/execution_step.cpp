#include <fmt/format.h>

#include "actions/decode_inputs.hpp"
#include "agent/engine/execution.hpp"
#include "agent/engine/reference_resolver.hpp"
#include "agent/protocol/execution_id.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t default_timeout_seconds = 7200;
// For application.log; the whole values are in detailedoutput.json.
constexpr std::size_t longest_logged_text = 4096;

std::string shortened(std::string_view text) {
  return text.size() <= longest_logged_text ? std::string(text)
                                            : std::string(text.substr(0, longest_logged_text)) + "...";
}

// Output values may have megabytes, so they are cut before they are copied.
std::string results_text(const Json& outputs) {
  Json shown = Json::array();
  for (const Json& element : outputs) {
    Json& copy = shown.emplace_back(Json::object());
    for (const auto& [key, value] : element.items()) {
      copy[key] = value.is_string() ? Json(shortened(value.get_ref<const std::string&>())) : value;
    }
  }
  return shown.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json as_json(const YamlNode& node, const ActionInputsDecoder::Resolver& resolve) {
  switch (node.kind) {
    case YamlNode::Kind::scalar:
      return resolve(node.text);
    case YamlNode::Kind::sequence: {
      Json list = Json::array();
      for (const YamlNode& item : node.items)
        list.push_back(as_json(item, resolve));
      return list;
    }
    case YamlNode::Kind::mapping: {
      Json object = Json::object();
      for (const YamlEntry& entry : node.entries)
        object[entry.key.text] = as_json(entry.value, resolve);
      return object;
    }
    default:
      return nullptr;
  }
}

std::string inputs_text(const Step& step, const ActionInputsDecoder::Resolver& resolve) {
  if (!step.inputs) return "[]";
  return shortened(as_json(*step.inputs, resolve).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

bool is_test_stage_phase(std::string_view phase) {
  return phase == "test" || phase == "container-host-test";
}

std::int64_t timeout_of(const Step& step) {
  return step.timeout_seconds.value_or(default_timeout_seconds);
}

std::int64_t attempts_of(const Step& step) {
  return step.max_attempts.value_or(1);
}

std::string_view on_failure_word(OnFailure on_failure) {
  switch (on_failure) {
    case OnFailure::keep_going:
      return "Continue";
    case OnFailure::ignore:
      return "Ignore";
    default:
      return "Abort";
  }
}

std::optional<Position> Execution::execute_step(const Position& position, const Step& step) {
  if (open_step_ != position.step) open_step(position, step);
  // The evaluation of `if` and the iterations of a loop have their place here; documents with either are refused.
  const AttemptOutcome outcome = attempt(position, step);
  if (!outcome.succeeded && !outcome.interrupted && position.attempt < attempts_of(step)) {
    Position again = position;  // at once (EXEC-4), and from the beginning (GEN-17)
    again.attempt += 1;
    again.iteration = 0;
    return again;
  }
  close_step(position, step, outcome);
  if (outcome.interrupted) return position;
  if (!outcome.succeeded && step.on_failure == OnFailure::abort) return std::nullopt;  // STEP-11
  return plan_.after(position);
}

void Execution::open_step(const Position& position, const Step& step) {
  open_step_ = position.step;
  parts_.events.emit(StepStarted{.address = position.address(),
                                 .name = step.name.value,
                                 .action = step.action.value,
                                 .line = static_cast<std::uint32_t>(step.name.range.begin.line),
                                 .max_attempts = attempts_of(step),
                                 .timeout_seconds = timeout_of(step)});
  debug(fmt::format("Executor: Commencing non-iterative execution of step {}", step.name.value));  // LOOP-20
  std::vector<StepRecord>& records = phase_record(position).steps;
  if (!records.empty() && records.back().name == step.name.value) return;  // going on within the step
  StepRecord record;
  record.name = step.name.value;
  record.action = step.action.value;
  record.status = Status::interrupted;  // what the result files say when the agent is killed
  record.timeout_seconds = timeout_of(step);
  record.on_failure = on_failure_word(step.on_failure);
  record.max_attempts = attempts_of(step);
  record.start_time_ns = current_time_ns();
  record.masked = is_masked(position, step);
  records.push_back(std::move(record));
  results_changed();
}

Execution::AttemptOutcome Execution::attempt(const Position& position, const Step& step) {
  parts_.events.emit(AttemptStarted{position.address(), position.attempt});
  AttemptSettings settings{.module = step.action.value,
                           .log_directory = log_->path(),
                           .working_directory = job_.working_directory,
                           .environment = environment_of(*plan_.phase_at(position)),
                           .timeout_seconds = timeout_of(step),
                           .deadline = {},
                           .logging = !is_masked(position, step)};
  if (const std::chrono::seconds limit(timeout_of(step)); limit.count() > 0) {
    settings.deadline = std::chrono::steady_clock::now() + limit;
    debug("Executor: Execution deadline set to " +
          format_time_ns(current_time_ns() + std::chrono::nanoseconds(limit).count()));
  }
  StepContext context(parts_, std::move(settings));
  ActionResult result = run_module(position, step, context);

  AttemptOutcome outcome{.succeeded = result.outcome == ActionResult::Outcome::success,
                         .interrupted = false,
                         .error = std::move(result.error)};
  outcome.interrupted = !outcome.succeeded && parts_.control.stop_requested();
  if (!outcome.succeeded && context.timed_out()) {
    outcome.error = fmt::format("step timed out after {} seconds", timeout_of(step));  // EXEC-3
  }
  StepRecord& record = phase_record(position).steps.back();
  record.outputs = std::move(result.outputs);  // of failed attempts too, the last one's stay (OUT-9)
  if (record.masked) mask_outputs(record);
  log_attempt(position, step, outcome, result.exit_code, record);
  parts_.events.emit(AttemptFinished{.address = position.address(),
                                     .attempt = position.attempt,
                                     .succeeded = outcome.succeeded,
                                     .exit_code = result.exit_code,
                                     .error = outcome.error});
  return outcome;
}

ActionResult Execution::run_module(const Position& position, const Step& step, StepContext& context) {
  const ActionModule* const module = find_action(step.action.value);
  if (module == nullptr || module->run == nullptr) {
    return ActionResult::failure(fmt::format("Action {} is not supported on platform linux", step.action.value));
  }
  const ReferenceResolver resolver(plan_.documents()[position.document], state_.record.documents[position.document]);
  try {
    log_inputs(position, step, resolver);
    const DecodedInputs decoded =
        ActionInputsDecoder::decode(*module, step.inputs ? &*step.inputs : nullptr,
                                    [&resolver](const std::string& text) { return resolver.resolve(text); });
    if (!decoded.inputs) return ActionResult::failure(decoded.error);
    phase_record(position).steps.back().inputs = decoded.inputs->to_json();
    context.log("STARTED EXECUTION");  // GEN-20
    ActionResult result = module->run(*decoded.inputs, context);
    if (result.outcome == ActionResult::Outcome::failure && !result.exit_code) log_error(step, result.error);
    context.log("FINISHED EXECUTION");
    if (result.outcome == ActionResult::Outcome::reboot_then_repeat ||
        result.outcome == ActionResult::Outcome::reboot_then_continue) {
      result.outcome = ActionResult::Outcome::failure;
      result.error = result.exit_code
                         ? fmt::format(
                               "the step asked for a reboot (exit code {}), which this version of ibtest does "
                               "not support",
                               *result.exit_code)
                         : "the step asked for a reboot, which this version of ibtest does not support";
    }
    return result;
  } catch (const UnresolvedReference& unresolved) {
    return ActionResult::failure(unresolved.what());
  } catch (const std::exception& exception) {
    return ActionResult::failure(fmt::format("{}: {}", step.action.value, exception.what()));
  }
}

// LOG-11: modules that ran no command to its end print their own error.
void Execution::log_error(const Step& step, const std::string& error) {
  const std::string prefix = step.action.value + ": ";
  parts_.events.log(LogLevel::console, error.starts_with(prefix) ? error : prefix + error);
}

void Execution::close_step(const Position& position, const Step& step, const AttemptOutcome& outcome) {
  StepRecord& record = phase_record(position).steps.back();
  record.end_time_ns = current_time_ns();
  record.failure_message = outcome.succeeded ? std::string() : outcome.error;
  state_.counts.executed += 1;  // retries count once (EXEC-7)
  if (outcome.interrupted) {
    record.status = Status::interrupted;
  } else if (outcome.succeeded) {
    record.status = Status::success;
  } else if (step.on_failure == OnFailure::ignore) {
    record.status = Status::ignored_failure;
    state_.counts.ignored_failed += 1;  // EXEC-8
  } else {
    record.status = Status::failed;
    state_.counts.failed += 1;
  }
  parts_.events.emit(StepFinished{.address = position.address(),
                                  .status = record.status,
                                  .failure_message = record.failure_message,
                                  .duration_ms = (record.end_time_ns - record.start_time_ns) / 1'000'000,
                                  .attempts = position.attempt});
  open_step_.reset();
}

void Execution::log_inputs(const Position& position, const Step& step, const ReferenceResolver& resolver) {
  if (is_masked(position, step)) return;
  debug("Chaining: Before unchaining inputs " + inputs_text(step, [](const std::string& text) { return text; }));
  debug("Chaining: After unchaining, before resolving parameter inputs " +
        inputs_text(step, [&resolver](const std::string& text) { return resolver.resolve_chaining(text); }));
  debug("Chaining: After parameter resolve inputs " +
        inputs_text(step, [&resolver](const std::string& text) { return resolver.resolve(text); }));
}

void Execution::log_attempt(const Position& position, const Step& step, const AttemptOutcome& outcome,
                            std::optional<int> exit_code, const StepRecord& record) {
  const int code = exit_code.value_or(outcome.succeeded ? 0 : 1);
  debug(fmt::format("Executor: Step results - Results {}, Exit code {}, Error {}",
                    record.masked ? std::string(ValueMask::stand_in) : results_text(record.outputs), code,
                    outcome.succeeded ? "<nil>" : outcome.error));
  if (outcome.succeeded) {
    debug(fmt::format("Executor: Not going to execute step {} again as final exit code is {}", step.name.value, code));
  } else if (!outcome.interrupted && position.attempt < attempts_of(step)) {
    debug(fmt::format("Executor: Going to execute step {} again as final exit code is {}", step.name.value, code));
  }
}

void Execution::mask_outputs(const StepRecord& record) {
  for (const Json& element : record.outputs) {
    for (const auto& [key, value] : element.items()) {
      if (value.is_string()) parts_.events.mask(value.get_ref<const std::string&>());
    }
  }
}

bool Execution::is_masked(const Position& position, const Step& step) const {
  return step.disable_logging || plan_.phase_at(position)->disable_logging ||
         plan_.documents()[position.document].document->disable_logging;
}

std::map<std::string, std::string> Execution::environment_of(const Phase& phase) const {
  std::map<std::string, std::string> environment = job_.environment;
  environment.try_emplace("IMAGE_PHASE", is_test_stage_phase(phase.name.value) ? "TESTING" : "BUILDING");  // D-15
  return environment;
}

void Execution::debug(std::string text) {
  parts_.events.log(LogLevel::debug, std::move(text));
}

}  // namespace ibtest
