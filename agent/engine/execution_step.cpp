#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "actions/files/target_probe.hpp"
#include "actions/inputs/decode_inputs.hpp"
#include "agent/document/document_keys.hpp"
#include "agent/engine/execution.hpp"
#include "agent/engine/log_text.hpp"
#include "agent/engine/reference_resolver.hpp"
#include "agent/protocol/execution_id.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

// LOOP-18
Json loop_as_written(const Loop& loop) {
  Json json = {{"name", loop.name}};
  if (const auto* const counted = std::get_if<ForLoop>(&loop.kind)) {
    json["for"] = {{"start", counted->start}, {"end", counted->end}, {"updateBy", counted->update_by}};
    return json;
  }
  const auto& each = std::get<ForEachLoop>(loop.kind);
  if (each.list) {
    json["forEach"] = {{"list", each.list->text}, {"delimiter", each.delimiter}};
    return json;
  }
  json["forEach"] = Json::array();
  for (const YamlNode& item : each.items)
    json["forEach"].push_back(item.text);
  return json;
}

// LOOP-15, LOOP-17: element by element and key by key, as lines of one text.
void merge_outputs(Json& merged, const Json& outputs) {
  for (std::size_t index = 0; index < outputs.size(); ++index) {
    if (index == merged.size()) {
      merged.push_back(outputs[index]);
      continue;
    }
    for (const auto& [key, value] : outputs[index].items()) {
      const auto [before, inserted] = merged[index].emplace(key, Json(value));
      if (inserted) continue;
      // In place: a loop may have many iterations.
      if (!before->is_string()) *before = before->dump();
      auto& text = before->get_ref<std::string&>();
      text += '\n';
      text += value.is_string() ? value.get_ref<const std::string&>() : value.dump();
    }
  }
}

}  // namespace

bool is_test_stage_phase(std::string_view phase) {
  return phase == "test" || phase == "container-host-test";
}

std::int64_t timeout_of(const Step& step) {
  if (step.action.value == "ExecuteDocument" || step.action.value == "Reboot") return -1;
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

void Execution::execute_step(const Position& position, const Step& step) {
  if (level().open_step != position.step) open_step(position, step);
  if (!here().progress) {
    if (const auto decided = begin_step(position, step)) return go_on(position, end_step(position, step, *decided));
  }
  begin_iteration(position, step);
  ActionResult result = run_iteration(position, step);
  if (result.outcome == ActionResult::Outcome::execute_child) {
    auto refusal = begin_child(step, std::move(*result.child));
    if (!refusal) return;  // end_child() goes on here
    log_error(step, refusal->error);
    result = std::move(*refusal);
  }
  go_on(position, end_iteration(position, step, std::move(result)));
}

void Execution::begin_iteration(const Position& position, const Step& step) {
  Level& open = level();
  if (step.loop && !open.loop) open.loop.emplace(*step.loop, here().progress->loop_texts);
  if (open.open_attempt != position.attempt) begin_attempt(position, step);
  if (!open.loop) return;
  debug(fmt::format("Executor: Iteration {}", position.iteration));
  parts_.events.emit(IterationStarted{position.address(), position.iteration, open.loop->count(),
                                      loop_variables(position, step).value});
}

LoopVariables Execution::loop_variables(const Position& position, const Step& step) const {
  return {step.loop->name, position.iteration, level().loop->at(position.iteration)};
}

std::optional<Position> Execution::end_iteration(const Position& position, const Step& step, ActionResult result) {
  const bool again = result.outcome == ActionResult::Outcome::reboot_then_repeat;
  const bool reboots = again || result.outcome == ActionResult::Outcome::reboot_then_continue;
  Outcome outcome = outcome_of(position, step, result);
  if (outcome.succeeded() && reboots) request_reboot(position);
  if (outcome.succeeded() && again) {
    Position repeated = position;  // the attempt counts on, a loop begins anew (RESUME-2, RESUME-8)
    repeated.iteration = 0;
    return repeated;
  }
  record_outputs(position, step, outcome, result);
  log_result(position, step, outcome);
  if (outcome.succeeded() && step.loop && position.iteration + 1 < level().loop->count()) {
    Position next = position;
    next.iteration += 1;
    return next;
  }
  return end_attempt(position, step, std::move(outcome));
}

void Execution::open_step(const Position& position, const Step& step) {
  level().open_step = position.step;
  parts_.events.emit(StepStarted{.address = position.address(),
                                 .name = step.name.value,
                                 .action = step.action.value,
                                 .line = static_cast<std::uint32_t>(step.name.range.begin.line),
                                 .max_attempts = attempts_of(step),
                                 .timeout_seconds = timeout_of(step)});
  debug(fmt::format("Executor: Commencing {} execution of step {}", step.loop ? "iterative" : "non-iterative",
                    step.name.value));  // LOOP-20
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
  level().step_began = std::chrono::steady_clock::now();
  record.masked = is_masked(position, step);
  if (step.loop) record.loop = loop_as_written(*step.loop);
  records.push_back(std::move(record));
  results_changed();
}

std::optional<Execution::Outcome> Execution::begin_step(const Position& position, const Step& step) {
  const ReferenceScope scope = scope_of(position, step);
  const ReferenceResolver resolver(scope);
  const auto resolve = [&resolver](const std::string& text) { return resolver.resolve(text); };
  StepProgress progress;
  try {
    if (step.condition) {
      StepContext context = context_of(position, step);
      TargetProbe probe(context);
      const ResolvedCondition condition = condition_from_json(resolved_json(step.condition->node, resolve));
      keep_secrets(resolver.secrets());  // before anything is said of the condition
      const ConditionResult result = evaluate(condition, probe);
      for (const std::string& warning : result.warnings) {
        if (auto refusal = context.tolerate(fmt::format("step {}: {}", step.name.value, warning)); !refusal.empty())
          return Outcome{.kind = Outcome::Kind::failure, .error = std::move(refusal)};
      }
      const ConditionOutcome decision = result.holds ? step.condition->then : step.condition->otherwise;
      debug(fmt::format("Executor: The condition of step {} is {} ({})", step.name.value, result.holds,
                        shortened(parts_.events.masked(result.deciding))));
      if (decision == ConditionOutcome::skip) return Outcome{.kind = Outcome::Kind::skipped};
      if (decision == ConditionOutcome::abort) {
        // COND-4, D-18: failed without having run, and not tried again.
        return Outcome{.kind = Outcome::Kind::failure,
                       .error = fmt::format("the condition of the step says Abort: {} is {}",
                                            shortened(parts_.events.masked(result.deciding)), result.holds)};
      }
    }
    if (step.loop) progress.loop_texts = LoopValues(*step.loop, resolve).texts();
    keep_secrets(resolver.secrets());
  } catch (const UnresolvedReference& unresolved) {
    return Outcome{.kind = Outcome::Kind::failure, .error = unresolved.what()};
  }
  here().progress = std::move(progress);
  return std::nullopt;
}

void Execution::begin_attempt(const Position& position, const Step& step) {
  level().open_attempt = position.attempt;
  parts_.events.emit(AttemptStarted{position.address(), position.attempt});
  if (step.loop && position.iteration == 0) phase_record(position).steps.back().outputs = Json::array();
  std::optional<std::chrono::steady_clock::time_point>& deadline = level().deadline;
  deadline.reset();
  if (const std::chrono::seconds limit(timeout_of(step)); limit.count() > 0) {
    deadline = std::chrono::steady_clock::now() + limit;
    debug("Executor: Execution deadline set to " +
          format_time_ns(current_time_ns() + std::chrono::nanoseconds(limit).count()));
  }
}

ActionResult Execution::run_iteration(const Position& position, const Step& step) {
  StepContext context = context_of(position, step);
  std::optional<LoopVariables> variables;
  if (step.loop) variables = loop_variables(position, step);
  ActionResult result = run_module(position, step, variables ? &*variables : nullptr, context);
  if (result.outcome != ActionResult::Outcome::success && context.timed_out()) {
    result.outcome = ActionResult::Outcome::failure;
    result.error = step.loop ? "Loop execution timed out"                                         // LOOP-14
                             : fmt::format("step timed out after {} seconds", timeout_of(step));  // EXEC-3
  }
  return result;
}

ActionResult Execution::run_module(const Position& position, const Step& step, const LoopVariables* loop,
                                   StepContext& context) {
  const ActionModule* const module = find_action(step.action.value);
  if (module == nullptr) return ActionResult::failure(fmt::format("there is no action {}", step.action.value));
  // Only a step whose `if` might have kept it from running comes here (GEN-14).
  if (module->run == nullptr) return ActionResult::failure(unsupported_action_text(*module, Platform::linux_os));
  const ReferenceScope scope = scope_of(position, step);
  const ReferenceResolver resolver(scope);
  try {
    const auto decode = [&](const LoopVariables* variables) {
      return ActionInputsDecoder::decode(*module, step.inputs ? &*step.inputs : nullptr,
                                         [&](const std::string& text) { return resolver.resolve(text, variables); });
    };
    const DecodedInputs decoded = decode(loop);
    StepRecord& record = phase_record(position).steps.back();
    if (!resolver.secrets().empty()) {
      record.masked = true;  // VAR-19
      context.silence();
      keep_secrets(resolver.secrets());
    }
    if (!record.masked) log_inputs(step, resolver, loop);
    if (!decoded.inputs) return ActionResult::failure(decoded.error);
    // CHAIN-11: of a loop the variables stay as they are written.
    const DecodedInputs recorded = loop == nullptr ? DecodedInputs{} : decode(nullptr);
    record.inputs = recorded.inputs ? recorded.inputs->to_json() : decoded.inputs->to_json();
    context.log("STARTED EXECUTION");  // GEN-20
    ActionResult result = module->run(*decoded.inputs, context);
    if (result.outcome == ActionResult::Outcome::failure && !result.exit_code) log_error(step, result.error);
    if (result.outcome != ActionResult::Outcome::execute_child) context.log("FINISHED EXECUTION");
    return result;
  } catch (const UnresolvedReference& unresolved) {
    return ActionResult::failure(unresolved.what());
  } catch (const std::exception& exception) {
    return ActionResult::failure(fmt::format("{}: {}", step.action.value, exception.what()));
  }
}

Execution::Outcome Execution::outcome_of(const Position& position, const Step& step, const ActionResult& result) {
  Outcome outcome{.kind = Outcome::Kind::success,
                  .error = result.error,
                  .exit_code = result.exit_code,
                  .ends_run = result.ends_run};
  if (result.outcome == ActionResult::Outcome::failure) {
    outcome.kind = parts_.control.stop_requested() ? Outcome::Kind::interrupted : Outcome::Kind::failure;
  } else if (result.outcome != ActionResult::Outcome::success) {
    reboot_delay_ = result.reboot_delay_seconds;
    if (std::string obstacle = reboot_obstacle(); !obstacle.empty()) {
      outcome.kind = Outcome::Kind::failure;
      outcome.error = std::move(obstacle);
    }
  }
  if (step.loop) {
    parts_.events.emit(IterationFinished{.address = position.address(),
                                         .iteration = position.iteration,
                                         .succeeded = outcome.succeeded(),
                                         .exit_code = outcome.exit_code,
                                         .error = outcome.error});
  }
  return outcome;
}

void Execution::record_outputs(const Position& position, const Step& step, const Outcome& outcome,
                               ActionResult& result) {
  StepRecord& record = phase_record(position).steps.back();
  if (!step.loop) {
    record.outputs = std::move(result.outputs);  // of failed attempts too, the last one's stay (OUT-9)
  } else if (outcome.succeeded()) {
    merge_outputs(record.outputs, result.outputs);
  }
  if (record.masked) mask_outputs(record);
}

std::optional<Position> Execution::end_attempt(const Position& position, const Step& step, Outcome outcome) {
  if (step.loop && outcome.kind == Outcome::Kind::failure && outcome.error != "Loop execution timed out") {
    outcome.error = fmt::format("Loop iteration(s) with index [{}] failed", position.iteration);  // LOOP-14
  }
  parts_.events.emit(AttemptFinished{.address = position.address(),
                                     .attempt = position.attempt,
                                     .succeeded = outcome.succeeded(),
                                     .exit_code = outcome.exit_code,
                                     .error = outcome.error});
  level().open_attempt.reset();
  if (outcome.kind == Outcome::Kind::failure && position.attempt < attempts_of(step)) {
    Position again = position;  // at once (EXEC-4), and from the beginning (GEN-17, LOOP-12)
    again.attempt += 1;
    again.iteration = 0;
    return again;
  }
  return end_step(position, step, outcome);
}

std::optional<Position> Execution::end_step(const Position& position, const Step& step, const Outcome& outcome) {
  close_step(position, step, outcome);
  if (outcome.kind == Outcome::Kind::interrupted) return position;
  level().ends_run = level().ends_run || outcome.ends_run;
  const bool aborts = step.on_failure == OnFailure::abort || outcome.ends_run;
  if (outcome.kind == Outcome::Kind::failure && aborts) return std::nullopt;  // STEP-11
  return level().plan.after(position);
}

ReferenceScope Execution::scope_of(const Position& position, const Step& step) const {
  return {.document = document_at(position),
          .record = record().documents[position.document],
          .dynamic = dynamic_,
          .phase = level().plan.phase_at(position)->name.value,
          .step = step.name.value};
}

StepContext Execution::context_of(const Position& position, const Step& step) {
  return {parts_, AttemptSettings{.module = step.action.value,
                                  .log_directory = log_->path(),
                                  .working_directory = job_.working_directory,
                                  .environment = environment(),
                                  .document_location = document_location(),
                                  .timeout_seconds = timeout_of(step),
                                  .deadline = level().deadline,
                                  .skips_updates = job_.skip_updates,
                                  .strict = job_.strict,
                                  .runner_serves_urls = job_.runner_serves_urls,
                                  .logging = !is_masked(position, step)}};
}

void Execution::close_step(const Position& position, const Step& step, const Outcome& outcome) {
  StepRecord& record = phase_record(position).steps.back();
  record.end_time_ns = current_time_ns();
  // The clock of the day may be set meanwhile. Over a reboot there is no other one.
  auto duration = std::chrono::nanoseconds(std::max<std::int64_t>(record.end_time_ns - record.start_time_ns, 0));
  if (const auto began = std::exchange(level().step_began, std::nullopt))
    duration = std::chrono::steady_clock::now() - *began;
  const bool failed = outcome.kind == Outcome::Kind::failure;
  record.failure_message = outcome.succeeded() ? std::string() : outcome.error;
  switch (outcome.kind) {
    case Outcome::Kind::success:
      record.status = Status::success;
      break;
    case Outcome::Kind::interrupted:
      record.status = Status::interrupted;
      break;
    case Outcome::Kind::skipped:
      record.status = Status::skipped;  // COND-3
      break;
    case Outcome::Kind::failure:
      record.status =
          step.on_failure == OnFailure::ignore && !outcome.ends_run ? Status::ignored_failure : Status::failed;
      break;
  }
  // Retries and iterations count once (EXEC-7).
  Counts& counts = here().counts;
  (outcome.kind == Outcome::Kind::skipped ? counts.skipped : counts.executed) += 1;
  if (failed) (record.status == Status::ignored_failure ? counts.ignored_failed : counts.failed) += 1;
  parts_.events.emit(StepFinished{.address = position.address(),
                                  .status = record.status,
                                  .failure_message = record.failure_message,
                                  .duration_ms = std::chrono::floor<std::chrono::milliseconds>(duration).count(),
                                  .attempts = position.attempt});
  level().open_step.reset();
  level().open_attempt.reset();
  level().loop.reset();
  here().progress.reset();
}

bool Execution::is_masked(const Position& position, const Step& step) const {
  if (step.disable_logging || level().plan.phase_at(position)->disable_logging) return true;
  if (document_at(position).document->disable_logging) return true;
  // What is hidden about a step is hidden about the document that it executes.
  return depth_ > 0 && calling_step_record().masked;
}

// D-15; the stage is that of the job's own document.
std::map<std::string, std::string> Execution::environment() const {
  std::map<std::string, std::string> environment = job_.environment;
  const Phase& phase = *levels_.front().plan.phase_at(*state_.levels.front().next);
  environment.try_emplace("IMAGE_PHASE", is_test_stage_phase(phase.name.value) ? "TESTING" : "BUILDING");
  return environment;
}

}  // namespace ibtest
