#include "runner/lint/script_text.hpp"

#include <algorithm>
#include <string_view>

#include "agent/document/scalar_source.hpp"

namespace ibtest {

ScriptText::ScriptText(const YamlNode& commands, const SourceText& source) : source_(&source) {
  for (const YamlNode& item : commands.items) {
    pieces_.push_back({text_.size(), &item});
    text_ += item.text;
    text_ += '\n';
  }
}

const ScriptText::Piece& ScriptText::piece_at(std::size_t offset) const {
  const auto behind = std::ranges::upper_bound(pieces_, offset, {}, &Piece::begin);
  return *std::prev(behind);
}

SourceRange ScriptText::range(std::size_t begin, std::size_t end) const {
  const Piece& piece = piece_at(begin);
  const std::string_view text = piece.node->text;
  begin -= piece.begin;
  if (begin >= text.size()) return piece.node->range;
  end = std::min({end - piece.begin, text.size(), text.find('\n', begin)});
  return ScalarPositions(*piece.node, *source_).range(begin, std::max(end, begin + 1));
}

SourceRange ScriptText::whole_range(std::size_t begin, std::size_t end) const {
  const std::size_t last = text_.find_last_not_of(" \t\r\n");
  begin = std::min(begin, last);
  end = std::clamp(end, begin, last + 1);
  const auto position = [&](std::size_t offset, std::size_t size) {
    const Piece& piece = piece_at(offset);
    const std::size_t inside = std::min(offset - piece.begin, piece.node->text.size());
    const ScalarPositions positions(*piece.node, *source_);
    return size == 0 ? positions.at(inside) : positions.range(inside, inside + size).end;
  };
  const SourcePosition first = position(begin, 0);
  const SourcePosition behind = end == begin ? first : position(end - 1, 1);
  // The commands may be aliases, in another order than what they stand for.
  return {first, behind.offset < first.offset ? first : behind};
}

std::optional<std::size_t> ScriptText::insertion_place(std::size_t offset) const {
  const Piece& piece = piece_at(offset - 1);
  const std::size_t last = offset - 1 - piece.begin;
  const auto place = ScalarPositions(*piece.node, *source_).verbatim(last, last + 1);
  if (!place) return std::nullopt;
  return *place + 1;
}

const YamlNode* script_commands(const Step& step, std::string_view action) {
  if (step.action.value != action || !step.inputs) return nullptr;
  const YamlNode* const commands = step.inputs->find("commands");
  const bool texts =
      commands != nullptr && commands->is_sequence() && !commands->items.empty() &&
      std::ranges::all_of(commands->items, [](const YamlNode& item) { return item.is_scalar() || item.is_null(); });
  return texts ? commands : nullptr;
}

}  // namespace ibtest
