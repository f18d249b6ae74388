#include "actions/checks/check_blocked_actions.hpp"

#include <algorithm>

#include "actions/action.hpp"
#include "agent/document/nearest_name.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

void add_blocked_actions(DocumentResult& result, const std::vector<std::string>& blocked) {
  if (!result.document || blocked.empty()) return;
  for (const Phase& phase : result.document->phases) {
    for (const Step& step : phase.steps) {
      if (std::ranges::find(blocked, step.action.value) == blocked.end()) continue;
      result.diagnostics.push_back({.code = "blocked-action",
                                    .severity = Severity::error,
                                    .file = result.document->source->name(),
                                    .range = step.action.range,
                                    .message = "step " + in_backticks(step.name.value) + " uses the action " +
                                               in_backticks(step.action.value) + ", which is blocked",
                                    .suggestion = {}});
    }
  }
  sort_and_deduplicate(result.diagnostics);
}

std::vector<std::string> unknown_actions(const std::vector<std::string>& names) {
  const auto known = action_names();
  std::vector<std::string> texts;
  for (const std::string& name : names) {
    if (find_action(name) != nullptr) continue;
    const auto nearest = nearest_name(name, known);
    texts.push_back("there is no action " + in_backticks(name) +
                    (nearest ? "; did you mean " + in_backticks(*nearest) + "?" : ""));
  }
  return texts;
}

}  // namespace ibtest
