#include "agent/engine/reference_resolver.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actions/action.hpp"
#include "actions/inputs/decode_inputs.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const Reference& reference, const std::string& reason) {
  throw UnresolvedReference(reference, reason);
}

const StepRecord* find_step(const DocumentRecord& record, const ChainingReference& chaining) {
  const auto phase = std::ranges::find(record.phases, chaining.phase, &PhaseRecord::name);
  if (phase == record.phases.end()) return nullptr;
  const auto step = std::ranges::find(phase->steps, chaining.step, &StepRecord::name);
  return step == phase->steps.end() ? nullptr : &*step;
}

// CHAIN-9: strings as they are, everything else as compact JSON.
std::string as_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string ReferenceResolver::resolve(const std::string& text, const LoopVariables* loop) const {
  return substitute(text, [this, loop](const Reference& reference) -> std::optional<std::string> {
    if (const auto* const variable = std::get_if<VariableReference>(&reference.form)) {
      const auto value = scope_.document.values.find(variable->name);
      if (value == scope_.document.values.end()) refuse(reference, "no parameter or constant has this name");
      return value->second;
    }
    if (const auto* const chaining = std::get_if<ChainingReference>(&reference.form)) {
      return chained_value(reference, *chaining);
    }
    if (const auto* const dynamic = std::get_if<DynamicReference>(&reference.form)) {
      DynamicValues::Value value =
          scope_.dynamic.value_of(reference, *dynamic, scope_.phase, scope_.step, scope_.document.values);
      if (value.secure) secrets_.push_back(value.text);
      return std::move(value.text);
    }
    if (const auto* const variable = std::get_if<LoopReference>(&reference.form);
        variable != nullptr && loop != nullptr) {
      const bool own = variable->loop == "loop" || (!loop->name.empty() && variable->loop == loop->name);
      if (own) return variable->index ? std::to_string(loop->index) : loop->value;
    }
    return std::nullopt;  // LOOP-5, GOTCHA-21: left as written
  });
}

std::string ReferenceResolver::resolve_chaining(const std::string& text) const {
  return substitute(text, [this](const Reference& reference) -> std::optional<std::string> {
    const auto* const chaining = std::get_if<ChainingReference>(&reference.form);
    return chaining == nullptr ? std::nullopt : std::optional(chained_value(reference, *chaining));
  });
}

std::string ReferenceResolver::chained_value(const Reference& reference, const ChainingReference& chaining) const {
  const Json inputs = chaining.outputs ? Json() : inputs_of(reference, chaining);
  const Json& elements = chaining.outputs ? outputs_of(reference, chaining) : inputs;
  const char* const what = chaining.outputs ? "output" : "input";
  if (chaining.index >= elements.size()) {
    refuse(reference, fmt::format("step {} of phase {} has {} {}{}, counted from 0", chaining.step, chaining.phase,
                                  elements.size(), what, elements.size() == 1 ? "" : "s"));
  }
  const Json& element = elements[chaining.index];
  const auto value = element.find(chaining.key);
  if (value == element.end()) {
    refuse(reference,
           fmt::format("step {} of phase {} has no {} `{}`", chaining.step, chaining.phase, what, chaining.key));
  }
  if (!chaining.value_index) return as_text(*value);
  if (!value->is_array() || *chaining.value_index >= value->size()) {
    refuse(reference, fmt::format("`{}` has no element {}, counted from 0", chaining.key, *chaining.value_index));
  }
  return as_text((*value)[*chaining.value_index]);
}

const Json& ReferenceResolver::outputs_of(const Reference& reference, const ChainingReference& chaining) const {
  const StepRecord* const step = find_step(scope_.record, chaining);
  const std::string name = fmt::format("step {} of phase {}", chaining.step, chaining.phase);
  if (step == nullptr) refuse(reference, name + " has not run, so there is no output of it");
  switch (step->status) {
    case Status::success:
      return step->outputs;
    case Status::skipped:
      refuse(reference, name + " was skipped, so there is no output of it");
    default:
      refuse(reference,
             fmt::format("{} failed ({}), and outputs of failed steps cannot be chained", name, step->failure_message));
  }
}

// Inputs are known even of steps that did not run (CHAIN-8).
Json ReferenceResolver::inputs_of(const Reference& reference, const ChainingReference& chaining) const {
  const StepRecord* const recorded = find_step(scope_.record, chaining);
  if (recorded != nullptr && !recorded->inputs.empty()) return recorded->inputs;
  const Phase* const phase = scope_.document.document->find_phase(chaining.phase);
  if (phase == nullptr) refuse(reference, fmt::format("there is no phase {}", chaining.phase));
  const auto step =
      std::ranges::find_if(phase->steps, [&](const Step& candidate) { return candidate.name.value == chaining.step; });
  if (step == phase->steps.end()) {
    refuse(reference, fmt::format("phase {} has no step {}", chaining.phase, chaining.step));
  }
  const ActionModule* const module = find_action(step->action.value);
  if (module == nullptr) refuse(reference, fmt::format("there is no action {}", step->action.value));
  const DecodedInputs decoded = ActionInputsDecoder::decode(*module, step->inputs ? &*step->inputs : nullptr,
                                                            [this](const std::string& text) { return resolve(text); });
  if (!decoded.inputs) refuse(reference, decoded.error);
  return decoded.inputs->to_json();
}

}  // namespace ibtest
