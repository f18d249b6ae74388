#include "actions/check_document.hpp"

#include <algorithm>
#include <string>

#include "actions/check_inputs.hpp"
#include "actions/check_references.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/unicode.hpp"
#include "agent/expression/condition.hpp"
#include "agent/expression/reference.hpp"

namespace ibtest {

namespace {

std::string_view platform_name(Platform platform) {
  switch (platform) {
    case Platform::linux_os:
      return "linux";
    case Platform::windows:
      return "windows";
    case Platform::macos:
      return "macos";
  }
  return "linux";
}

/// The action's table; nothing, and a finding, when this version cannot run it here.
const ActionModule* check_action(const Step& step, Platform platform, Findings& findings) {
  const std::string& name = step.action.value;
  if (const ActionModule* module = find_action(name)) {
    if (std::ranges::find(module->platforms, platform) != module->platforms.end()) return module;
    std::string supported;
    for (const Platform known : module->platforms) {
      supported += (supported.empty() ? "" : ", ") + std::string(platform_name(known));
    }
    findings.add("action-platform"_code, step.action.range,
                 "action " + in_backticks(name) + " is not supported on platform " +
                     std::string(platform_name(platform)) + " (supported: " + supported + ")");
    return nullptr;
  }
  const auto specified = specified_action_names();
  if (std::ranges::find(specified, name) == specified.end()) {
    Diagnostic& finding = findings.add(
        "unknown-action"_code, step.action.range, "there is no action " + in_backticks(name),
        did_you_mean(name, specified, "action names are case-sensitive, e.g. `ExecuteBash`, `CreateFile`"));
    fix_name(finding, findings.source(), step.action.range, name, specified);
  } else {
    findings.add("action-not-supported-yet"_code, step.action.range,
                 "this version of ibtest does not execute the action " + in_backticks(name) + " yet");
  }
  return nullptr;
}

/// COND-17; what references make of a pattern is seen at run time.
// NOLINTNEXTLINE(misc-no-recursion): validation bounds the depth (COND-21).
void check_patterns(const Condition& condition, Findings& findings) {
  for (const Condition& operand : condition.operands)
    check_patterns(operand, findings);
  if (condition.operator_name != "patternMatches" || !condition.operand ||
      !find_references(condition.operand->text).empty())
    return;
  const std::string error = pattern_error(condition.operand->text);
  if (error.empty()) return;
  findings.add("condition-pattern"_code, condition.operand->range,
               in_backticks(condition.operand->text) + " is no regular expression: " + error,
               "patterns are written as in Go (RE2): no look-around, no back-references");
}

void check_step(const Step& step, Platform platform, Findings& findings) {
  if (step.condition) check_patterns(step.condition->condition, findings);
  if (step.assertion) check_patterns(*step.assertion, findings);
  if (step.action.value == "Reboot" && step.timeout_seconds) {
    findings.add("reboot-timeout"_code, step.action.range, "Reboot has no time-out: `timeoutSeconds` is ignored",
                 "remove `timeoutSeconds`");
  }
  if (step.action.value.empty()) return;
  if (const ActionModule* module = check_action(step, platform, findings)) {
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
      check_step(step, platform, findings);
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
