#include <algorithm>
#include <array>
#include <string>

#include "agent/document/document_keys.hpp"
#include "agent/document/document_parts.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

// Keys of common actions; at the level of a step they tell that `inputs` was left out.
constexpr std::array<std::string_view, 6> input_names = {"commands", "path",   "arguments",
                                                         "content",  "source", "destination"};

/// What people write who think of another tool, or of another level of the document.
struct ForeignKey {
  std::string_view key;
  std::string_view suggestion;
};
constexpr auto foreign_keys = std::to_array<ForeignKey>({
    {"retries", "did you mean `maxAttempts`? It counts the first attempt as well"},
    {"retry", "did you mean `maxAttempts`? It counts the first attempt as well"},
    {"when", "did you mean `if`?"},
    {"condition", "did you mean `if`?"},
    {"onError", "did you mean `onFailure`?"},
    {"ignoreErrors", "did you mean `onFailure: Ignore`?"},
    {"continueOnError", "did you mean `onFailure: Ignore`?"},
    {"for", "`for` belongs below `loop`, indented"},
    {"forEach", "`forEach` belongs below `loop`, indented"},
    {"then", "`then` belongs below `if`, indented"},
    {"else", "`else` belongs below `if`, indented"},
    {"steps", "steps belong below a phase; this is inside a step"},
});

std::string suggestion_for(std::string_view key) {
  if (std::ranges::find(input_names, key) != input_names.end())
    return in_backticks(key) + " belongs below `inputs`, indented";
  const auto* const foreign = std::ranges::find(foreign_keys, key, &ForeignKey::key);
  if (foreign != foreign_keys.end()) return std::string(foreign->suggestion);
  return did_you_mean(key, step_keys, "it may have " + enumerate(step_keys));
}

void check_step_keys(const YamlNode& node, Findings& findings) {
  for (const YamlEntry& entry : node.entries) {
    const std::string_view key = entry.key.text;
    if (std::ranges::find(step_keys, key) != step_keys.end()) continue;
    findings.add("unknown-key"_code, entry.key.range, "a step has no key " + in_backticks(key), suggestion_for(key));
  }
}

std::optional<std::int64_t> read_timeout(const YamlNode& node, std::string_view action, Findings& findings) {
  const auto seconds = read_integer(node, "`timeoutSeconds`", findings);
  if (!seconds) return std::nullopt;
  if (action == action_without_limits && *seconds != no_time_limit) {
    findings.add("execute-document-limits"_code, node.range, "the `timeoutSeconds` of ExecuteDocument can only be -1",
                 "remove it, or write -1");
  } else if (!may_be(step_fields, "timeoutSeconds", *seconds)) {
    findings.add("invalid-timeout"_code, node.range,
                 "`timeoutSeconds` must be at least 1, or -1 for no limit, not " + std::to_string(*seconds),
                 "without it the limit is " + std::to_string(default_timeout_seconds) + " seconds");
  } else if (action == "Reboot") {
    findings.add("reboot-timeout"_code, node.range, "Reboot has no time-out: `timeoutSeconds` is ignored",
                 "remove `timeoutSeconds`");
  }
  return seconds;
}

std::optional<std::int64_t> read_attempts(const YamlNode& node, std::string_view action, Findings& findings) {
  const auto attempts = read_integer(node, "`maxAttempts`", findings);
  if (!attempts) return std::nullopt;
  if (action == action_without_limits && *attempts != 1) {
    findings.add("execute-document-limits"_code, node.range, "the `maxAttempts` of ExecuteDocument can only be 1",
                 "remove it, or write 1");
  } else if (!may_be(step_fields, "maxAttempts", *attempts)) {
    findings.add("invalid-attempts"_code, node.range,
                 "`maxAttempts` must be at least 1, not " + std::to_string(*attempts),
                 "it counts all attempts, the first one included");
  }
  return attempts;
}

OnFailure read_on_failure(const YamlNode& node, Findings& findings) {
  const auto text = read_text(node, "`onFailure`", findings);
  if (!text || report_reference(node, "`onFailure`", findings)) return OnFailure::abort;
  if (*text == "Abort") return OnFailure::abort;
  if (*text == "Continue") return OnFailure::keep_going;
  if (*text == "Ignore") return OnFailure::ignore;
  findings.add("invalid-on-failure"_code, node.range,
               "`onFailure` must be `Abort`, `Continue` or `Ignore`, not " + in_backticks(*text),
               did_you_mean(*text, on_failure_values,
                            "`Abort` stops the run, `Continue` runs the other steps and fails in the end, `Ignore` "
                            "lets the run succeed"));
  return OnFailure::abort;
}

void read_name(const YamlNode& node, Step& step, Findings& findings) {
  const YamlNode* name = find_field(node, "name", step_keys);
  if (name == nullptr) {
    findings.add("missing-key"_code, head_range(node), "this step has no `name`",
                 "add `name`, unique within its phase");
  } else if (const auto text = read_text(*name, "the `name` of a step", findings)) {
    step.name = {*text, name->range};
    check_name(*name, "step", findings);
  }
}

void read_action(const YamlNode& node, Step& step, Findings& findings) {
  const YamlNode* action = find_field(node, "action", step_keys);
  const std::string which = step.name.value.empty() ? "this step" : "the step " + in_backticks(step.name.value);
  if (action == nullptr || action->is_null()) {
    findings.add("missing-key"_code, action == nullptr ? head_range(node) : action->range, which + " has no `action`",
                 "add `action`, e.g. `action: ExecuteBash`");
    return;
  }
  const auto text = read_text(*action, "`action`", findings);
  if (!text || report_reference(*action, "`action`", findings)) return;
  if (text->empty()) {
    findings.add("missing-key"_code, action->range, which + " has no `action`", "write e.g. `action: ExecuteBash`");
    return;
  }
  step.action = {*text, action->range};
}

}  // namespace

std::optional<Step> read_step(const YamlNode& node, Findings& findings) {
  if (!node.is_mapping()) {
    report_type(node, "a step", "a mapping with `name`, `action` and `inputs`", findings);
    return std::nullopt;
  }
  if (report_name_as_key(node, "a step", step_keys, findings)) return std::nullopt;
  Step step;
  step.range = node.range;
  check_step_keys(node, findings);
  read_name(node, step, findings);
  read_action(node, step, findings);
  if (const YamlNode* timeout = node.find("timeoutSeconds")) {
    step.timeout_seconds = read_timeout(*timeout, step.action.value, findings);
  }
  if (const YamlNode* attempts = node.find("maxAttempts")) {
    step.max_attempts = read_attempts(*attempts, step.action.value, findings);
  }
  if (const YamlNode* on_failure = node.find("onFailure")) {
    step.on_failure = read_on_failure(*on_failure, findings);
    step.on_failure_range = on_failure->range;
  }
  if (const YamlNode* logging = node.find("disableLogging")) {
    step.disable_logging = read_boolean(*logging, "`disableLogging`", findings).value_or(false);
  }
  if (const YamlNode* loop = node.find("loop"); loop != nullptr && !loop->is_null()) {
    step.loop = read_loop(*loop, findings);
  }
  if (const YamlNode* condition = node.find("if"); condition != nullptr && !condition->is_null()) {
    step.condition = read_step_condition(*condition, findings);
  }
  const YamlNode* inputs = find_field(node, "inputs", step_keys);
  if (inputs != nullptr && !inputs->is_null()) step.inputs = *inputs;
  if (step.inputs && step.action.value == "Assert") step.assertion = read_assertion(*inputs, findings);
  return step;
}

}  // namespace ibtest
