#include "runner/lint/step_script.hpp"

#include <algorithm>
#include <string_view>

#include "agent/document/scalar_source.hpp"

namespace ibtest {

namespace {

/// The commands of an ExecuteBash step; null pointer when it has none that are texts.
const YamlNode* bash_commands(const Step& step) {
  if (step.action.value != "ExecuteBash" || !step.inputs) return nullptr;
  const YamlNode* const commands = step.inputs->find("commands");
  const bool texts =
      commands != nullptr && commands->is_sequence() && std::ranges::all_of(commands->items, &YamlNode::is_scalar);
  return texts ? commands : nullptr;
}

}  // namespace

StepScript::StepScript(const Document& document, const Phase& phase, const Step& step)
    : document_(&document), phase_(&phase), step_(&step) {
  for (const YamlNode& item : bash_commands(step)->items) {
    pieces_.push_back({text_.size(), &item});
    text_ += item.text;
    text_ += '\n';
  }
  shell_ = read_shell_script(text_);
}

const StepScript::Piece& StepScript::piece_at(std::size_t offset) const {
  const auto behind = std::ranges::upper_bound(pieces_, offset, {}, &Piece::begin);
  return *std::prev(behind);
}

SourceRange StepScript::range(std::size_t begin, std::size_t end) const {
  const Piece& piece = piece_at(begin);
  const std::string_view text = piece.node->text;
  begin -= piece.begin;
  if (begin >= text.size()) return piece.node->range;
  end = std::min({end - piece.begin, text.size(), text.find('\n', begin)});
  return ScalarPositions(*piece.node, *document_->source).range(begin, std::max(end, begin + 1));
}

std::optional<std::size_t> StepScript::insertion_place(std::size_t offset) const {
  const Piece& piece = piece_at(offset - 1);
  const std::size_t last = offset - 1 - piece.begin;
  const auto place = ScalarPositions(*piece.node, *document_->source).verbatim(last, last + 1);
  if (!place) return std::nullopt;
  return *place + 1;
}

std::vector<StepScript> step_scripts(const Document& document) {
  std::vector<StepScript> scripts;
  for (const Phase& phase : document.phases) {
    for (const Step& step : phase.steps) {
      const YamlNode* const commands = bash_commands(step);
      if (commands != nullptr && !commands->items.empty()) scripts.emplace_back(document, phase, step);
    }
  }
  return scripts;
}

}  // namespace ibtest
