#include "runner/cli/stage_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "agent/document/nearest_name.hpp"

namespace ibtest {

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Fills in the steps of a stage; false when no document takes part in it.
bool takes_part(const std::vector<const Document*>& documents, PlannedStage& stage) {
  bool any = false;
  for (const Document* document : documents) {
    for (const Phase& phase : document->phases) {
      if (!stage.phases.empty() && !contains(stage.phases, phase.name.value)) continue;
      any = true;
      stage.step_count += static_cast<std::uint32_t>(phase.steps.size());
    }
  }
  return any;
}

}  // namespace

std::vector<PlannedStage> plan_stages(const std::vector<const Document*>& documents,
                                      const std::optional<std::vector<std::string>>& requested, bool image_stages) {
  std::vector<PlannedStage> stages;
  const auto add = [&](PlannedStage stage) {
    if (takes_part(documents, stage)) stages.push_back(std::move(stage));
  };
  if (!image_stages) {
    add({"", requested.value_or(std::vector<std::string>{}), 0});
    return stages;
  }
  const auto selected = [&](std::vector<std::string> of_stage) {
    if (requested) std::erase_if(of_stage, [&](const std::string& name) { return !contains(*requested, name); });
    return of_stage;
  };
  // An empty filter would mean all phases.
  if (auto phases = selected({"build", "validate"}); !phases.empty()) add({"build", std::move(phases), 0});
  if (auto phases = selected({"test"}); !phases.empty()) add({"test", std::move(phases), 0});
  return stages;
}

std::vector<std::string> phase_names(const std::vector<const Document*>& documents) {
  std::vector<std::string> names;
  for (const Document* document : documents) {
    for (const Phase& phase : document->phases) {
      if (!contains(names, phase.name.value)) names.push_back(phase.name.value);
    }
  }
  return names;
}

std::vector<std::string> unknown_phase_warnings(const std::vector<const Document*>& documents,
                                                const std::vector<std::string>& requested) {
  const std::vector<std::string> known = phase_names(documents);
  const std::vector<std::string_view> views(known.begin(), known.end());
  std::vector<std::string> warnings;
  for (const std::string& name : requested) {
    if (contains(known, name)) continue;
    std::string warning = fmt::format("--phases: no document has a phase {}", name);
    if (const auto nearest = nearest_name(name, views)) {
      warning += fmt::format("; did you mean `{}`?", *nearest);
    } else {
      warning += fmt::format("; there are: {}", fmt::join(known, ", "));
    }
    warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace ibtest
