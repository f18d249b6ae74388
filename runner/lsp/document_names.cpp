#include "runner/lsp/document_names.hpp"

#include <algorithm>

#include "agent/document/document_keys.hpp"
#include "runner/lsp/document_place.hpp"

namespace ibtest {

namespace {

constexpr std::size_t none = OutlineNode::none;

}  // namespace

DocumentNames::DocumentNames(const DocumentOutline& outline) : outline_(&outline) {
  add_variables("parameters", false);
  add_variables("constants", true);
  const auto phases = outline.child(none, "phases");
  if (!phases) return;
  for (const std::size_t item : outline.children(*phases))
    add_steps(item);
}

void DocumentNames::add_variables(std::string_view list, bool constant) {
  const auto key = outline_->child(none, list);
  if (!key) return;
  for (const std::size_t item : outline_->children(*key)) {
    const auto& entries = outline_->children(item);
    if (!entries.empty() && (*outline_)[entries.front()].kind == OutlineNode::Kind::key)
      variables_.push_back({entries.front(), constant});
  }
}

void DocumentNames::add_steps(std::size_t phase_item) {
  const auto steps = outline_->child(phase_item, "steps");
  if (!steps) return;
  const auto phase_key = outline_->child(phase_item, "name");
  for (const std::size_t item : outline_->children(*steps)) {
    const auto name = outline_->child(item, "name");
    if (!name) continue;
    StepName step{item, *name};
    if (phase_key) step.phase_name = unquoted((*outline_)[*phase_key].value);
    step.step_name = unquoted((*outline_)[*name].value);
    if (const auto action = outline_->child(item, "action"))
      step.module = find_action(unquoted((*outline_)[*action].value));
    steps_.push_back(step);
  }
}

std::optional<VariableName> DocumentNames::find_variable(std::string_view name) const {
  const auto found =
      std::ranges::find(variables_, name, [this](const VariableName& known) { return (*outline_)[known.key].text; });
  if (found == variables_.end()) return std::nullopt;
  return *found;
}

const StepName* DocumentNames::find_step(std::string_view phase, std::string_view step) const {
  const auto found = std::ranges::find_if(
      steps_, [&](const StepName& known) { return known.phase_name == phase && known.step_name == step; });
  return found == steps_.end() ? nullptr : &*found;
}

void DocumentNames::add_chains(const StepName& step, std::vector<std::string>& texts) const {
  if (step.module == nullptr || step.phase_name.empty() || step.step_name.empty()) return;
  const std::string base = std::string(step.phase_name) + "." + std::string(step.step_name);
  for (const std::string_view output : step.module->outputs)
    texts.push_back(base + ".outputs." + std::string(output));
  const auto inputs = outline_->child(step.item, "inputs");
  if (!inputs) return;
  const auto& children = outline_->children(*inputs);
  std::size_t number = 0;
  for (const std::size_t child : children) {
    const OutlineNode& node = (*outline_)[child];
    if (node.kind == OutlineNode::Kind::key) {
      texts.push_back(base + ".inputs." + std::string(node.text));
    } else if (node.kind == OutlineNode::Kind::item) {
      const std::string index = "[" + std::to_string(number++) + "]";
      for (const std::size_t entry : node.children) {
        if ((*outline_)[entry].kind == OutlineNode::Kind::key)
          texts.push_back(base + ".inputs" + (children.size() > 1 ? index : "") + "." +
                          std::string((*outline_)[entry].text));
      }
    }
  }
}

void DocumentNames::add_loop_variables(std::size_t step_item, std::vector<std::string>& texts) const {
  const auto loop = outline_->child(step_item, "loop");
  if (!loop) return;
  std::string name = "loop";
  if (const auto key = outline_->child(*loop, "name")) name = unquoted((*outline_)[*key].value);
  if (name.empty()) name = "loop";
  texts.push_back(name + ".value");
  texts.push_back(name + ".index");
}

std::vector<std::string> DocumentNames::references(std::size_t step_item, bool chaining, bool loop_variables) const {
  std::vector<std::string> texts;
  if (loop_variables) add_loop_variables(step_item, texts);
  for (const VariableName& variable : variables_)
    texts.emplace_back((*outline_)[variable.key].text);
  const auto own = std::ranges::find(steps_, step_item, &StepName::item);
  const std::string_view phase = own == steps_.end() ? std::string_view() : own->phase_name;
  for (const StepName& step : steps_) {
    if (!chaining || step.item >= step_item) break;  // nodes are in the order of the document (CHAIN-4)
    if (is_test_stage(step.phase_name) == is_test_stage(phase)) add_chains(step, texts);
  }
  for (const std::string_view source : {"aws:ssm:", "aws:imds:", "env:"})
    texts.emplace_back(source);
  for (const std::string_view key : context_keys)
    texts.push_back("context:" + std::string(key));
  return texts;
}

}  // namespace ibtest
