#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"
#include "agent/expression/reference.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

/// Whether something that is referred to is declared nowhere: that finding says more than ours would.
bool has_undeclared(const Document& document, const std::vector<Reference>& references) {
  return std::ranges::any_of(references, [&document](const Reference& reference) {
    const auto* variable = std::get_if<VariableReference>(&reference.form);
    return variable != nullptr && document.find_parameter(variable->name) == nullptr &&
           document.find_constant(variable->name) == nullptr;
  });
}

void check_unused(const RuleContext& context, RuleReport& report) {
  const Document& document = context.document;
  if (document.parameters.empty() && document.constants.empty()) return;
  // Anywhere in the document, comments too: who comments a step out may bring it back.
  const std::vector<Reference> references = find_references(document.source->text());
  if (has_undeclared(document, references)) return;
  const auto check = [&](const Located<std::string>& name, std::string_view kind) {
    const bool used = std::ranges::any_of(references, [&name](const Reference& reference) {
      return reference.text.find(name.value) != std::string::npos;  // `resolve(Name)` is a use too
    });
    if (used) return;
    report.add(name.range, "the " + std::string(kind) + " " + in_backticks(name.value) + " is never used",
               "remove it, or write " + in_backticks("{{ " + name.value + " }}") + " where it belongs");
  };
  for (const Parameter& parameter : document.parameters)
    check(parameter.name, "parameter");
  for (const Constant& constant : document.constants)
    check(constant.name, "constant");
}

bool may_be_skipped(const Step& step) {
  return step.condition &&
         (step.condition->then == ConditionOutcome::skip || step.condition->otherwise == ConditionOutcome::skip);
}

const Step* find_step(const Document& document, const ChainingReference& reference) {
  const Phase* const phase = document.find_phase(reference.phase);
  if (phase == nullptr) return nullptr;
  const auto step =
      std::ranges::find_if(phase->steps, [&](const Step& known) { return known.name.value == reference.step; });
  return step == phase->steps.end() ? nullptr : &*step;
}

class OutputCheck {
 public:
  OutputCheck(const Document& document, RuleReport& report) : document_(&document), report_(&report) {}

  void check() {
    for (const Phase& phase : document_->phases) {
      for (const Step& step : phase.steps) {
        // A condition of its own, whatever it says, may be that of the other step.
        if (!step.condition && step.inputs) check_node(*step.inputs);
      }
    }
  }

 private:
  // Nesting is bounded by the budget of the YAML reader.
  // NOLINTNEXTLINE(misc-no-recursion)
  void check_node(const YamlNode& node) {
    if (node.is_scalar() && node.text.find("{{") != std::string::npos) check_scalar(node);
    for (const YamlNode& item : node.items)
      check_node(item);
    for (const YamlEntry& entry : node.entries)
      check_node(entry.value);
  }

  void check_scalar(const YamlNode& scalar) {
    for (const Reference& reference : find_references(scalar.text)) {
      const auto* chaining = std::get_if<ChainingReference>(&reference.form);
      if (chaining == nullptr || !chaining->outputs) continue;
      const Step* const step = find_step(*document_, *chaining);
      if (step == nullptr || !may_be_skipped(*step)) continue;
      report_->add(ScalarPositions(scalar, *document_->source).range(reference.begin, reference.end),
                   "there is no output when the `if` of " + in_backticks(step->name.value) +
                       " skips it, and this step fails then",
                   "give this step the same `if`");
    }
  }

  const Document* document_;
  RuleReport* report_;
};

void check_skipped_outputs(const RuleContext& context, RuleReport& report) {
  OutputCheck(context.document, report).check();
}

constexpr auto variable_table = std::to_array<LintRule>({
    {{"unused-variable", Severity::hint, "VAR-7"}, check_unused},
    {{"output-of-skipped-step", Severity::warning, "CHAIN-8"}, check_skipped_outputs},
});

}  // namespace

std::span<const LintRule> variable_rules() {
  return variable_table;
}

}  // namespace ibtest
