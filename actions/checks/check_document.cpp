#include "actions/checks/check_document.hpp"

#include <algorithm>
#include <string>

#include "actions/checks/check_conditions.hpp"
#include "actions/checks/check_inputs.hpp"
#include "actions/checks/check_references.hpp"
#include "actions/inputs/suggest_inputs.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

/// GEN-14, EMU-18: a step that may never be reached is no reason to refuse the document.
void report_platform(const Step& step, const Phase& phase, const ActionModule& module, Platform platform,
                     Findings& findings) {
  const std::string message = "step " + in_backticks(step.name.value) + " of phase " + in_backticks(phase.name.value) +
                              ": " + unsupported_action_text(module, platform);
  if (step.condition) {
    findings.add("action-platform-if-reached"_code, step.action.range, message,
                 "the step fails if its `if` lets it run");
  } else {
    findings.add("action-platform"_code, step.action.range, message, suggest_other_action(platform));
  }
}

/// The action's table; nothing, and a finding, when there is none or not for the platform.
const ActionModule* check_action(const Step& step, const Phase& phase, Platform platform, Findings& findings) {
  const std::string& name = step.action.value;
  if (const ActionModule* module = find_action(name)) {
    if (std::ranges::find(module->platforms, platform) != module->platforms.end()) return module;
    report_platform(step, phase, *module, platform, findings);
    return nullptr;
  }
  Diagnostic& finding = findings.add("unknown-action"_code, step.action.range,
                                     "there is no action " + in_backticks(name), suggest_action(name));
  fix_name(finding, findings.source(), step.action.range, name, action_names());
  return nullptr;
}

void check_step(const Step& step, const Phase& phase, Platform platform, Findings& findings) {
  check_conditions(step, findings);
  if (step.action.value.empty()) return;
  if (const ActionModule* module = check_action(step, phase, platform, findings)) {
    check_inputs(step, *module, platform, findings);
  }
}

}  // namespace

std::vector<Diagnostic> check_document(const Document& document, Platform platform) {
  Findings findings(*document.source);
  for (const Parameter& parameter : document.parameters) {
    if (parameter.default_value) continue;
    findings.add("parameter-without-default"_code, parameter.name.range,
                 "the parameter " + in_backticks(parameter.name.value) +
                     " has no default: without a value it is the empty text here, and Image Builder refuses the recipe",
                 "add `default`, or give a value with `--param " + parameter.name.value + "=...`");
  }
  for (const Phase& phase : document.phases) {
    for (const Step& step : phase.steps)
      check_step(step, phase, platform, findings);
  }
  check_references(document, findings);
  auto diagnostics = findings.take();
  sort_and_deduplicate(diagnostics);
  return diagnostics;
}

DocumentResult load_document(const std::shared_ptr<const SourceText>& source, Platform platform,
                             std::size_t most_bytes) {
  DocumentResult result = parse_document(source, most_bytes);
  if (result.document) {
    auto found = check_document(*result.document, platform);
    result.diagnostics.insert(result.diagnostics.end(), std::make_move_iterator(found.begin()),
                              std::make_move_iterator(found.end()));
    sort_and_deduplicate(result.diagnostics);
  }
  return result;
}

}  // namespace ibtest
