#include "agent/engine/run_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actions/checks/check_blocked_actions.hpp"
#include "actions/checks/check_document.hpp"

namespace ibtest {

namespace {

// VAR-4 for values from outside; check_document() has looked at the defaults.
void check_value(const Parameter& parameter, const std::string& value, PlannedDocument& planned) {
  const auto& allowed = parameter.allowed_values;
  if (allowed.empty() || std::ranges::find(allowed, value) != allowed.end()) return;
  planned.diagnostics.push_back({.code = "parameter-value",
                                 .severity = Severity::error,
                                 .file = planned.path,
                                 .range = parameter.name.range,
                                 .message = fmt::format("the value `{}` given for the parameter `{}` is none of its "
                                                        "allowedValues: {}",
                                                        value, parameter.name.value, fmt::join(allowed, ", ")),
                                 .suggestion = {}});
}

void settle_values(const JobDocument& given, PlannedDocument& planned) {
  for (const Parameter& parameter : planned.document->parameters) {
    const std::string& name = parameter.name.value;
    if (const auto value = given.parameters.find(name); value != given.parameters.end()) {
      check_value(parameter, value->second, planned);
      planned.values.emplace(name, value->second);
    } else if (parameter.default_value) {
      planned.values.emplace(name, *parameter.default_value);
    } else {
      planned.values.emplace(name, "");
      planned.missing_values.push_back(name);
    }
  }
  for (const Constant& constant : planned.document->constants) {
    planned.values.insert_or_assign(constant.name.value, constant.value);
  }
  for (const auto& [name, value] : given.parameters) {
    if (planned.document->find_parameter(name) != nullptr) continue;
    planned.surplus_values.push_back(name);
  }
}

void select_phases(const std::vector<std::string>& filter, PlannedDocument& planned) {
  const auto& phases = planned.document->phases;
  for (std::uint32_t index = 0; index < phases.size(); ++index) {
    const bool selected = filter.empty() || std::ranges::find(filter, phases[index].name.value) != filter.end();
    if (selected) planned.selected_phases.push_back(index);
  }
}

}  // namespace

RunPlan::RunPlan(std::span<const JobDocument> documents, const std::vector<std::string>& phases, const Job& job) {
  for (const JobDocument& given : documents) {
    PlannedDocument planned;
    planned.path = given.path;
    planned.source = std::make_shared<const SourceText>(given.path, given.text);
    // How large a document may be the runner has decided.
    DocumentResult loaded = load_document(planned.source, Platform::linux_os, YamlBudget{}.bytes);
    add_blocked_actions(loaded, job.blocked_actions);
    planned.diagnostics = std::move(loaded.diagnostics);
    if (job.strict) make_strict(planned.diagnostics);
    if (!has_errors(planned.diagnostics)) planned.document = std::move(loaded.document);
    if (planned.document) {
      settle_values(given, planned);
      select_phases(phases, planned);
    }
    documents_.push_back(std::move(planned));
  }
}

std::string RunPlan::first_error() const {
  for (const PlannedDocument& planned : documents_) {
    const auto error = std::ranges::find(planned.diagnostics, Severity::error, &Diagnostic::severity);
    if (error == planned.diagnostics.end()) {
      if (!planned.document) return fmt::format("{}: not a component document", planned.path);
      continue;
    }
    const SourcePosition& place = error->range.begin;
    if (place.line == 0) return fmt::format("{}: {}", planned.path, error->message);
    return fmt::format("{}:{}:{}: {}", planned.path, place.line, place.column, error->message);
  }
  return {};
}

std::uint32_t RunPlan::step_count() const {
  std::size_t count = 0;
  for (const PlannedDocument& planned : documents_) {
    for (const std::uint32_t phase : planned.selected_phases)
      count += planned.document->phases[phase].steps.size();
  }
  return static_cast<std::uint32_t>(count);
}

Position RunPlan::start_of(std::uint32_t document) const {
  const auto& selected = documents_[document].selected_phases;
  return {.document = document, .phase = selected.empty() ? 0 : selected.front()};
}

std::optional<Position> RunPlan::first() const {
  if (documents_.empty()) return std::nullopt;
  return start_of(0);
}

std::optional<Position> RunPlan::after(const Position& position) const {
  const Phase* const phase = phase_at(position);
  if (phase != nullptr && position.step + 1 < phase->steps.size()) {
    return Position{.document = position.document, .phase = position.phase, .step = position.step + 1};
  }
  const auto& selected = documents_[position.document].selected_phases;
  const auto next = std::ranges::upper_bound(selected, position.phase);
  if (phase != nullptr && next != selected.end()) return Position{.document = position.document, .phase = *next};
  if (position.document + 1 < documents_.size()) return start_of(position.document + 1);
  return std::nullopt;
}

const Phase* RunPlan::phase_at(const Position& position) const {
  const PlannedDocument& planned = documents_[position.document];
  if (!std::ranges::binary_search(planned.selected_phases, position.phase)) return nullptr;
  return &planned.document->phases[position.phase];
}

const Step* RunPlan::step_at(const Position& position) const {
  const Phase* const phase = phase_at(position);
  return phase == nullptr || position.step >= phase->steps.size() ? nullptr : &phase->steps[position.step];
}

bool RunPlan::contains(const Position& position) const {
  if (position.document >= documents_.size() || position.attempt < 1) return false;
  const Phase* const phase = phase_at(position);
  if (phase == nullptr) return documents_[position.document].selected_phases.empty() && position.phase == 0;
  return phase->steps.empty() ? position.step == 0 : position.step < phase->steps.size();
}

}  // namespace ibtest
