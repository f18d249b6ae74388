#include <algorithm>
#include <array>
#include <string>

#include "agent/document/decimal.hpp"
#include "agent/document/document_keys.hpp"
#include "agent/document/document_parts.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/nearest_name.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

constexpr int deepest_nesting = 4;

/// What stands where in a comparison of two operands.
std::string operands_of(std::string_view name) {
  return second_operand_key(name) == "path"
             ? "write the digest behind " + in_backticks(name) + ", and the file behind `path`"
             : "write what it is compared with behind " + in_backticks(name) + ", and what is looked at behind `value`";
}

/// `fileExists` for `fileNotExists`; empty for none.
std::string_view negated_operator(std::string_view name) {
  const std::size_t place = std::min(name.find("Not"), name.find("not"));
  if (place == std::string_view::npos) return {};
  const std::string rest = std::string(name.substr(0, place)) + std::string(name.substr(place + 3));
  const auto* const found = std::ranges::find_if(
      operator_names, [&rest](std::string_view known) { return nearest_name(rest, std::array{known}) == known; });
  return found == operator_names.end() || is_logical_operator(*found) ? std::string_view() : *found;
}

std::string suggest_operator(std::string_view name) {
  if (const std::string_view negated = negated_operator(name); !negated.empty())
    return "write `not:`, and " + in_backticks(negated) + " below it, indented";
  return did_you_mean(name, operator_names, "use `patternMatches`, or test it in an ExecuteBash step");
}

class ConditionReader {
 public:
  explicit ConditionReader(Findings& findings) : findings_(&findings) {}

  /// `with_outcome`: `then` and `else` may stand here; `depth` counts the logical operators around this one (COND-21).
  std::optional<Condition> read(const YamlNode& node, bool with_outcome, int depth) {
    if (!node.is_mapping()) {
      report_type(node, "a condition", "a mapping with one operator", *findings_);
      return std::nullopt;
    }
    const YamlEntry* operation = find_operator(node, with_outcome, depth);
    if (operation == nullptr) return std::nullopt;
    Condition condition;
    condition.operator_name = operation->key.text;
    condition.range = operation->key.range;
    check_second_operand(node, *operation, condition);
    if (is_logical_operator(condition.operator_name)) {
      read_operands(*operation, condition, depth + 1);
    } else {
      read_operand(*operation, condition);
    }
    return condition;
  }

 private:
  const YamlEntry* find_operator(const YamlNode& node, bool with_outcome, int depth) {
    const YamlEntry* operation = nullptr;
    bool reported = false;
    for (const YamlEntry& entry : node.entries) {
      const std::string_view key = entry.key.text;
      if (key == "value" || key == "path") continue;
      if (key == "then" || key == "else") {
        if (with_outcome) continue;
        report_outcome(entry.key, depth);
      } else if (std::ranges::find(operator_names, key) == operator_names.end()) {
        findings_->add("condition-operator"_code, entry.key.range, "there is no operator " + in_backticks(key),
                       suggest_operator(key));
        reported = true;
      } else if (operation != nullptr) {
        findings_->add(
            "condition-operator"_code, entry.key.range,
            "a condition has exactly one operator; " + in_backticks(operation->key.text) + " stands here already",
            "combine them with `and` or `or`");
        reported = true;
      } else {
        operation = &entry;
      }
    }
    if (operation == nullptr && !reported) {
      findings_->add("condition-operator"_code, head_range(node), "the condition has no operator",
                     "e.g. `fileExists: /etc/os-release`");
    }
    return operation;
  }

  void report_outcome(const YamlNode& key, int depth) {
    if (depth == 0) {
      findings_->add("condition-outcome"_code, key.range, "Assert takes no " + in_backticks(key.text),
                     "remove it: a false assertion fails the step, and `onFailure` says what follows");
    } else {
      findings_->add("condition-outcome"_code, key.range,
                     in_backticks(key.text) + " can only stand beside the outermost operator of `if`",
                     "move it there, or remove it");
    }
  }

  void check_second_operand(const YamlNode& node, const YamlEntry& operation, Condition& condition) {
    const std::string_view wanted = second_operand_key(operation.key.text);
    bool surplus = false;
    for (const YamlEntry& entry : node.entries) {
      const std::string_view key = entry.key.text;
      if ((key != "value" && key != "path") || key == wanted) continue;
      findings_->add("condition-operand"_code, entry.key.range,
                     in_backticks(operation.key.text) + " takes no " + in_backticks(key),
                     wanted.empty() ? "remove it" : operands_of(operation.key.text));
      surplus = true;
    }
    if (wanted.empty()) return;
    const YamlNode* second = node.find(wanted);
    if (second == nullptr) {
      // One that is there under the wrong name is one finding, not two.
      if (surplus) return;
      findings_->add("condition-operand"_code, operation.key.range,
                     in_backticks(operation.key.text) + " needs " + in_backticks(wanted) + " beside it",
                     operands_of(operation.key.text));
    } else if (!second->is_scalar()) {
      report_operand(*second, in_backticks(wanted));
    } else {
      condition.second = *second;
    }
  }

  void read_operand(const YamlEntry& operation, Condition& condition) {
    const std::string_view name = operation.key.text;
    if (!operation.value.is_scalar()) {
      if (operation.value.is_null()) {
        findings_->add(
            "condition-operand"_code, operation.key.range, in_backticks(name) + " is empty",
            name.starts_with("string") ? "write its text; an empty one is \"\"" : "write its operand behind it");
      } else {
        report_operand(operation.value, in_backticks(name));
      }
      return;
    }
    const bool reference = operation.value.text.find("{{") != std::string::npos;
    if (name.starts_with("number") && !reference && !is_decimal(operation.value.text)) {
      findings_->add("condition-operand"_code, operation.value.range,
                     in_backticks(name) + " needs a number, not " + in_backticks(operation.value.text));
    }
    condition.operand = operation.value;
  }

  void report_operand(const YamlNode& node, const std::string& what) {
    findings_->add("condition-operand"_code, node.is_mapping() ? head_range(node) : node.range,
                   what + " needs a text or a number, not " + std::string(kind_name(node)),
                   node.is_sequence() ? "write one comparison per value, and combine them with `or`" : "");
  }

  void read_operands(const YamlEntry& operation, Condition& condition, int depth) {
    const std::string_view name = operation.key.text;
    const YamlNode& value = operation.value;
    if (depth > deepest_nesting) {
      findings_->add("condition-depth"_code, operation.key.range,
                     "`and`, `or` and `not` can be nested 4 levels deep, and this is the level below",
                     "write the condition flatter, or test it in an ExecuteBash step");
      return;
    }
    if (name == "not" && value.is_mapping()) {
      if (auto operand = read(value, false, depth)) condition.operands.push_back(std::move(*operand));
      return;
    }
    if (!value.is_sequence()) {
      findings_->add("condition-operand"_code, value.is_null() ? operation.key.range : head_range(value),
                     in_backticks(name) + (name == "not" ? " needs one condition" : " needs a list of conditions"),
                     value.is_mapping() ? "begin each condition with `- `" : "");
      return;
    }
    if (value.items.empty()) {
      findings_->add("condition-empty"_code, value.range, in_backticks(name) + " needs at least one condition",
                     "add one, or remove " + in_backticks(name));
    }
    if (name == "not" && value.items.size() > 1) {
      findings_->add("condition-operand"_code, head_range(value.items[1]), "`not` takes exactly one condition",
                     "combine several with `and` or `or`");
    }
    for (const YamlNode& item : value.items) {
      if (auto operand = read(item, false, depth)) condition.operands.push_back(std::move(*operand));
    }
  }

  Findings* findings_;
};

ConditionOutcome read_outcome(const YamlNode& node, std::string_view key, ConditionOutcome otherwise,
                              Findings& findings) {
  const YamlNode* outcome = node.find(key);
  if (outcome == nullptr) return otherwise;
  if (outcome->is_scalar()) {
    if (outcome->text == "Execute") return ConditionOutcome::execute;
    if (outcome->text == "Skip") return ConditionOutcome::skip;
    if (outcome->text == "Abort") return ConditionOutcome::abort;
  }
  findings.add("condition-outcome"_code, outcome->is_mapping() ? head_range(*outcome) : outcome->range,
               in_backticks(key) + " must be `Execute`, `Skip` or `Abort`",
               did_you_mean(outcome->text, outcome_names,
                            "`Execute` runs the step, `Skip` goes on with the next one, `Abort` fails it"));
  return otherwise;
}

/// The guide draws a list in one place; one item is accepted (COND-1, GEN-2).
const YamlNode& without_list(const YamlNode& node, const std::string& what, Findings& findings) {
  if (!node.is_sequence() || node.items.size() != 1 || !node.items.front().is_mapping()) return node;
  findings.add("one-item-list"_code, head_range(node.items.front()),
               what + " must be a mapping with one operator, not a list of one", "remove the dash");
  return node.items.front();
}

std::string suggest_combination(const YamlNode& node) {
  return node.is_sequence() ? "write `and:` or `or:`, and this list below it, indented"
                            : "write an operator with its operand, e.g. `fileExists: /etc/os-release`";
}

}  // namespace

std::optional<StepCondition> read_step_condition(const YamlNode& node, Findings& findings) {
  const YamlNode& mapping = without_list(node, "`if`", findings);
  if (!mapping.is_mapping()) {
    report_type(mapping, "`if`", "a mapping with one operator", findings, suggest_combination(mapping));
    return std::nullopt;
  }
  auto condition = ConditionReader(findings).read(mapping, true, 0);
  const auto then = read_outcome(mapping, "then", ConditionOutcome::execute, findings);
  const auto otherwise = read_outcome(mapping, "else", ConditionOutcome::skip, findings);
  if (!condition) return std::nullopt;
  return StepCondition{std::move(*condition), mapping, then, otherwise};
}

std::optional<Condition> read_assertion(const YamlNode& node, Findings& findings) {
  const YamlNode& mapping = without_list(node, "the `inputs` of Assert", findings);
  if (!mapping.is_mapping()) {
    report_type(mapping, "the `inputs` of Assert", "a mapping with one operator", findings,
                suggest_combination(mapping));
    return std::nullopt;
  }
  return ConditionReader(findings).read(mapping, false, 0);
}

}  // namespace ibtest
