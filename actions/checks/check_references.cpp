#include "actions/checks/check_references.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "actions/action.hpp"
#include "agent/document/document_keys.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"
#include "agent/expression/reference.hpp"

namespace ibtest {

namespace {

// Looking for near names costs all names each time; nobody reads that many findings.
constexpr std::size_t most_suggestions = 200;

/// What may refer to what in the place that is being checked.
struct Place {
  std::size_t phase = 0;
  std::size_t step = 0;
  bool chaining = true;         ///< CHAIN-3
  bool second_operand = false;  ///< the condition has one, in which chaining is allowed
  bool loop_variables = false;  ///< LOOP-5: the inputs of the step that owns the loop
};

struct PhaseNames {
  std::size_t index = 0;
  std::unordered_map<std::string_view, std::size_t> steps;
};

bool is_build_stage(std::string_view phase) {
  return phase == "build" || phase == "validate";
}

std::vector<std::string_view> keys_of(const YamlNode& mapping) {
  std::vector<std::string_view> keys;
  for (const YamlEntry& entry : mapping.entries)
    keys.push_back(entry.key.text);
  return keys;
}

class ReferenceCheck {
 public:
  ReferenceCheck(const Document& document, Findings& findings) : document_(&document), findings_(&findings) {
    for (std::size_t phase = 0; phase < document.phases.size(); ++phase) {
      PhaseNames names;
      names.index = phase;
      const auto& steps = document.phases[phase].steps;
      for (std::size_t step = 0; step < steps.size(); ++step)
        names.steps.emplace(steps[step].name.value, step);
      phases_.emplace(document.phases[phase].name.value, std::move(names));
    }
    for (const Parameter& parameter : document.parameters)
      variables_.insert(parameter.name.value);
    for (const Constant& constant : document.constants)
      variables_.insert(constant.name.value);
    variable_names_.assign(variables_.begin(), variables_.end());
    std::ranges::sort(variable_names_);
  }

  void check() {
    for (std::size_t phase = 0; phase < document_->phases.size(); ++phase) {
      for (std::size_t step = 0; step < document_->phases[phase].steps.size(); ++step)
        check_step({phase, step});
    }
  }

 private:
  void check_step(Place place) {
    const Step& step = step_at(place);
    if (step.loop) {
      if (const auto* each = std::get_if<ForEachLoop>(&step.loop->kind)) {
        for (const YamlNode& item : each->items)
          check_scalar(item, place);
        if (each->list) check_scalar(*each->list, place);
      }
    }
    if (step.condition) check_condition(step.condition->condition, place);
    place.loop_variables = step.loop.has_value();
    if (step.assertion) {
      check_condition(*step.assertion, place);
    } else if (step.inputs) {
      check_node(*step.inputs, place);
    }
  }

  void check_condition(const Condition& condition, Place place) {
    for (const Condition& operand : condition.operands)
      check_condition(operand, place);
    if (condition.second) check_scalar(*condition.second, place);
    place.chaining = false;
    place.second_operand = condition.second.has_value();
    if (condition.operand) check_scalar(*condition.operand, place);
  }

  // Nesting is bounded by the budget of the YAML reader.
  void check_node(const YamlNode& node, const Place& place) {
    if (node.is_scalar()) check_scalar(node, place);
    for (const YamlNode& item : node.items)
      check_node(item, place);
    for (const YamlEntry& entry : node.entries)
      check_node(entry.value, place);
  }

  void check_scalar(const YamlNode& scalar, const Place& place) {
    if (scalar.text.find("{{") == std::string::npos) return;
    scalar_ = &scalar;
    positions_.reset();
    for (const Reference& reference : find_references(scalar.text)) {
      reference_ = &reference;
      std::visit([&](const auto& form) { check_form(form, place); }, reference.form);
    }
  }

  void add(CodeName code, std::string message, std::string suggestion = {}) {
    if (!positions_) positions_.emplace(*scalar_, *document_->source);
    findings_->add(code, positions_->range(reference_->begin, reference_->end), std::move(message),
                   std::move(suggestion));
  }

  std::string near(std::string_view name, const std::vector<std::string_view>& candidates, std::string otherwise) {
    if (++suggestions_ > most_suggestions) return otherwise;
    return did_you_mean(name, candidates, std::move(otherwise));
  }

  /// What there is, when it is little enough to be read.
  static std::string listed(const std::vector<std::string_view>& names) {
    constexpr std::size_t most = 10;
    return names.empty() || names.size() > most ? std::string() : "it has " + enumerate(names);
  }

  const Step& step_at(const Place& place) const { return document_->phases[place.phase].steps[place.step]; }

  void report_undeclared(std::string_view name, const Place& place) {
    add("undeclared-reference"_code,
        "undeclared reference " + in_backticks(reference_->text) + " in step " +
            in_backticks(step_at(place).name.value) + " of phase " +
            in_backticks(document_->phases[place.phase].name.value),
        near(name, variable_names_, "declare it under `parameters` or `constants`"));
  }

  void check_form(const VariableReference& reference, const Place& place) {
    if (!variables_.contains(reference.name)) report_undeclared(reference.name, place);
  }

  void check_form(const LoopReference& reference, const Place& place) {
    const Step& step = step_at(place);
    const bool own = step.loop && (reference.loop == "loop" || reference.loop == step.loop->name);
    if (own && place.loop_variables) return;
    const std::string stays = in_backticks(reference_->text) + " is left as it is: ";
    if (own) {
      add("loop-reference"_code, stays + "loop variables are known in the `inputs` of the step only",
          "`if` and `forEach` are read once, before the loop begins");
    } else if (!step.loop) {
      add("loop-reference"_code, stays + "the step has no loop", "give the step a `loop`");
    } else {
      const std::vector<std::string_view> loops = {"loop", step.loop->name};
      add("loop-reference"_code, stays + "the step has no loop " + in_backticks(reference.loop),
          near(reference.loop, loops, "its variables are `loop.index` and `loop.value`"));
    }
  }

  void check_form(const DynamicReference& reference, const Place& place) {
    if (reference.name.starts_with(' ') && reference.source != "context") {
      add("suspicious-reference"_code, "the name in " + in_backticks(reference_->text) + " begins with a blank",
          "write " + in_backticks("{{ " + reference.source + ":" + reference.name.substr(1) + " }}"));
    }
    if (reference.source == "context" && std::ranges::find(context_keys, reference.name) == context_keys.end()) {
      add("unknown-context-key"_code, "there is no context value " + in_backticks(reference.name),
          did_you_mean(reference.name, context_keys, "there are " + enumerate(context_keys)));
      return;
    }
    if (reference.source == "aws:imds") {
      const std::string_view path = std::string_view(reference.name)
                                        .substr(std::min(reference.name.find_first_not_of('/'), reference.name.size()));
      if (path == "iam" || path.starts_with("iam/") || path == "identity-credentials" ||
          path.starts_with("identity-credentials/")) {
        add("metadata-path"_code, "instance metadata below `iam/` and `identity-credentials/` cannot be referred to");
        return;
      }
    }
    check_resolved_name(reference, place);
  }

  /// `aws:ssm:resolve(X)`: X is a parameter of the document or another SSM parameter (VAR-20).
  void check_resolved_name(const DynamicReference& reference, const Place& place) {
    const std::string_view name = reference.name;
    constexpr std::string_view prefix = "resolve(";
    if (reference.source != "aws:ssm" || !name.starts_with(prefix) || !name.ends_with(')')) return;
    const std::string_view inner = name.substr(prefix.size(), name.size() - prefix.size() - 1);
    if (!inner.starts_with("aws:ssm:") && !variables_.contains(inner)) report_undeclared(inner, place);
  }

  void check_form(const ForeignText& foreign, const Place& /*place*/) {
    if (foreign.reason.empty()) return;
    const std::string meant = "write " + in_backticks("{{ " + foreign.meant + " }}");
    if (foreign.refused) {
      add("invalid-reference"_code,
          in_backticks(reference_->text) + " is no valid chaining expression: " + foreign.reason,
          foreign.meant.empty() ? "write `{{ phase.step.outputs.key }}` or `{{ phase.step.inputs[0].key }}`" : meant);
    } else {
      add("suspicious-reference"_code, in_backticks(reference_->text) + " is left as it is: " + foreign.reason,
          foreign.meant.empty() ? std::string() : meant);
    }
  }

  void check_form(const ChainingReference& reference, const Place& place) {
    if (!place.chaining) {
      add("chaining-not-allowed"_code, "chaining expressions are not resolved in the first operand of a condition",
          place.second_operand ? "put the expression into `value`, and what it is compared with behind the operator"
                               : "test it in an ExecuteBash step, and look at the output of that");
      return;
    }
    const auto phase = phases_.find(reference.phase);
    if (phase == phases_.end()) {
      std::vector<std::string_view> names;
      for (const Phase& known : document_->phases)
        names.push_back(known.name.value);
      add("chaining-unknown-phase"_code,
          in_backticks(reference_->text) + ": the document has no phase " + in_backticks(reference.phase),
          near(reference.phase, names, listed(names)));
      return;
    }
    const auto step = phase->second.steps.find(reference.step);
    if (step == phase->second.steps.end()) {
      std::vector<std::string_view> names;
      for (const Step& known : document_->phases[phase->second.index].steps)
        names.push_back(known.name.value);
      add("chaining-unknown-step"_code,
          in_backticks(reference_->text) + ": the phase " + in_backticks(reference.phase) + " has no step " +
              in_backticks(reference.step),
          near(reference.step, names, listed(names)));
      return;
    }
    const Place target = {phase->second.index, step->second};
    if (!check_order(target, place)) return;
    if (reference.outputs) {
      check_outputs(reference, step_at(target));
    } else {
      check_chained_inputs(reference, step_at(target));
    }
  }

  bool check_order(const Place& target, const Place& place) {
    if (target.phase == place.phase && target.step == place.step) {
      add("chaining-order"_code, in_backticks(reference_->text) + " refers to its own step",
          "refer to an earlier step");
      return false;
    }
    if (target.phase > place.phase || (target.phase == place.phase && target.step > place.step)) {
      add("chaining-order"_code, in_backticks(reference_->text) + " refers to a step that runs later",
          "phases and steps run in the order of the document; refer to an earlier step");
      return false;
    }
    const std::string& from = document_->phases[target.phase].name.value;
    const std::string& to = document_->phases[place.phase].name.value;
    if (is_build_stage(from) && is_test_stage(to)) {
      add("cross-stage-reference"_code,
          in_backticks(reference_->text) + " reaches from the test stage into the build stage: Image Builder runs " +
              in_backticks(from) + " and " + in_backticks(to) + " on different machines",
          "leave the value in a file of the image, and read it in " + in_backticks(to));
    }
    return true;
  }

  /// For an output that does not exist, when the step has an input of this name.
  static std::string suggest_input_of(const ChainingReference& reference, const Step& target) {
    if (!target.inputs) return {};
    const YamlNode& inputs = *target.inputs;
    const bool is_list = inputs.is_sequence() && reference.index < inputs.items.size();
    const YamlNode& item = is_list ? inputs.items[reference.index] : inputs;
    if (item.find(reference.key) == nullptr) return {};
    const std::string index = reference.index > 0 ? "[" + std::to_string(reference.index) + "]" : "";
    return "write " + in_backticks("{{ " + reference.phase + "." + reference.step + ".inputs" + index + "." +
                                   reference.key + " }}");
  }

  void check_outputs(const ChainingReference& reference, const Step& target) {
    const ActionModule* module = find_action(target.action.value);
    if (module == nullptr) return;  // the action itself is reported
    if (std::ranges::find(module->outputs, reference.key) == module->outputs.end()) {
      add("chaining-unknown-key"_code,
          in_backticks(reference_->text) + ": " + std::string(module->name) +
              (module->outputs.empty() ? " has no outputs" : " has no output " + in_backticks(reference.key)),
          module->outputs.empty()
              ? suggest_input_of(reference, target)
              : did_you_mean(reference.key, module->outputs, "it has " + enumerate(module->outputs)));
      return;
    }
    const bool per_item = module->outputs_per_item && target.inputs && target.inputs->is_sequence();
    const std::size_t count = per_item ? target.inputs->items.size() : 1;
    if (reference.index > 0 && reference.index >= count) {
      add("chaining-index"_code,
          in_backticks(reference_->text) + ": " + std::string(module->name) +
              (count > 1 ? " has " + std::to_string(count) + " sets of outputs here, and indexes start at 0"
                         : " has one set of outputs, so the index can only be 0"));
    }
    if (reference.value_index) {
      add("chaining-index"_code,
          in_backticks(reference_->text) + ": " + in_backticks(reference.key) + " is a text and has no index");
    }
  }

  void check_chained_inputs(const ChainingReference& reference, const Step& target) {
    const std::string subject = in_backticks(reference_->text) + ": ";
    const std::string step = "the step " + in_backticks(reference.step);
    if (!target.inputs || target.inputs->is_scalar()) {
      add("chaining-unknown-key"_code, subject + step + " has no inputs");
      return;
    }
    const bool is_list = target.inputs->is_sequence();
    const std::size_t count = is_list ? target.inputs->items.size() : 1;
    if (reference.index >= count) {
      add("chaining-index"_code, subject + step + " has " + std::to_string(count) + " set" + (count == 1 ? "" : "s") +
                                     " of inputs, and indexes start at 0");
      return;
    }
    const YamlNode& item = is_list ? target.inputs->items[reference.index] : *target.inputs;
    const YamlNode* value = item.find(reference.key);
    if (value == nullptr) {
      const auto keys = keys_of(item);
      add("chaining-unknown-key"_code, subject + step + " sets no input " + in_backticks(reference.key),
          near(reference.key, keys, keys.empty() ? std::string() : "it sets " + enumerate(keys)));
      return;
    }
    if (!reference.value_index) return;
    if (!value->is_sequence()) {
      add("chaining-index"_code, subject + in_backticks(reference.key) + " is no list and has no index");
    } else if (*reference.value_index >= value->items.size()) {
      add("chaining-index"_code, subject + in_backticks(reference.key) + " has " + std::to_string(value->items.size()) +
                                     " entries, and indexes start at 0");
    }
  }

  const Document* document_;
  Findings* findings_;
  std::unordered_map<std::string_view, PhaseNames> phases_;
  std::unordered_set<std::string_view> variables_;
  std::vector<std::string_view> variable_names_;
  const YamlNode* scalar_ = nullptr;
  const Reference* reference_ = nullptr;
  std::optional<ScalarPositions> positions_;
  std::size_t suggestions_ = 0;
};

}  // namespace

void check_references(const Document& document, Findings& findings) {
  ReferenceCheck(document, findings).check();
}

}  // namespace ibtest
