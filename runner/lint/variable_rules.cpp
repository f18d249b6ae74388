#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"
#include "agent/expression/reference.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

/// The names between braces anywhere in the document, comments too: who comments a step out may bring it back.
std::set<std::string, std::less<>> referenced_names(const Document& document) {
  std::set<std::string, std::less<>> names;
  for (const Reference& reference : find_references(document.source->text())) {
    if (const auto* variable = std::get_if<VariableReference>(&reference.form)) names.insert(variable->name);
    const auto* dynamic = std::get_if<DynamicReference>(&reference.form);
    constexpr std::string_view prefix = "resolve(";
    if (dynamic == nullptr || !dynamic->name.starts_with(prefix)) continue;
    const std::string_view inner = std::string_view(dynamic->name).substr(prefix.size());
    names.emplace(inner.substr(0, inner.find(')')));
  }
  return names;
}

void check_unused(const RuleContext& context, RuleReport& report) {
  const Document& document = context.document;
  if (document.parameters.empty() && document.constants.empty()) return;
  const auto names = referenced_names(document);
  const auto check = [&](const Located<std::string>& name, std::string_view kind) {
    if (names.contains(name.value)) return;
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

constexpr auto rules = std::to_array<LintRule>({
    {{"unused-variable", Severity::hint, "VAR-7"}, check_unused},
    {{"output-of-skipped-step", Severity::warning, "CHAIN-8"}, check_skipped_outputs},
});

}  // namespace

std::span<const LintRule> variable_rules() {
  return rules;
}

}  // namespace ibtest
