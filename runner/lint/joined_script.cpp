#include "runner/lint/joined_script.hpp"

#include <algorithm>

#include "agent/document/scalar_source.hpp"
#include "agent/expression/reference.hpp"

namespace ibtest {

namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Upper case: for a shell checker such a name may be set from outside, where it stands for a variable.
constexpr char stand_in = 'X';

bool is_text(const YamlNode& node) {
  return node.is_scalar() || node.is_null();
}

}  // namespace

JoinedScript::JoinedScript(const YamlNode& commands) {
  for (const YamlNode& command : commands.items)
    append(command);
}

void JoinedScript::append(const YamlNode& command) {
  const std::size_t begin = text_.size();
  commands_.push_back({&command, begin});
  text_ += command.text;
  for (const Reference& reference : find_references(command.text)) {
    // Other text between double braces stays as it is (GOTCHA-21).
    if (std::holds_alternative<ForeignText>(reference.form)) continue;
    references_.push_back({begin + reference.begin, begin + reference.end});
    text_.replace(begin + reference.begin, reference.end - reference.begin, reference.end - reference.begin, stand_in);
  }
  text_ += '\n';
}

const JoinedScript::Command& JoinedScript::command_at(std::size_t offset) const {
  return *(std::ranges::upper_bound(commands_, offset, {}, &Command::begin) - 1);
}

SourceRange JoinedScript::place(std::size_t begin, std::size_t end, const SourceText& document) const {
  const std::size_t last = text_.find_last_not_of(blanks);
  begin = std::min(begin, last);
  end = std::clamp(end, begin, last + 1);
  const auto position = [&](std::size_t offset, std::size_t size) {
    const Command& command = command_at(offset);
    const std::size_t inside = std::min(offset - command.begin, command.scalar->text.size());
    const ScalarPositions positions(*command.scalar, document);
    return size == 0 ? positions.at(inside) : positions.range(inside, inside + size).end;
  };
  const SourcePosition first = position(begin, 0);
  const SourcePosition behind = end == begin ? first : position(end - 1, 1);
  // The commands may be aliases, in another order than what they stand for.
  return {first, behind.offset < first.offset ? first : behind};
}

bool JoinedScript::is_reference(std::size_t begin, std::size_t end) const {
  return begin < end &&
         std::ranges::any_of(references_, [&](const Stretch& one) { return one.begin <= begin && end <= one.end; });
}

bool JoinedScript::has_reference_beside(std::size_t begin, std::size_t end) const {
  const std::size_t before = begin == 0 ? std::string::npos : text_.rfind('\n', begin - 1);
  const std::size_t first = before == std::string::npos ? 0 : before + 1;
  const std::size_t last = std::min(text_.find('\n', std::max(begin, end)), text_.size());
  return std::ranges::any_of(references_, [&](const Stretch& one) { return one.begin < last && one.end > first; });
}

std::vector<JoinedScript> joined_scripts(const Document& document) {
  std::vector<JoinedScript> scripts;
  for (const Phase& phase : document.phases) {
    for (const Step& step : phase.steps) {
      if (step.action.value != "ExecuteBash" || !step.inputs) continue;
      const YamlNode* commands = step.inputs->find("commands");
      if (commands == nullptr || !std::ranges::all_of(commands->items, is_text)) continue;
      JoinedScript script(*commands);
      if (script.text().find_first_not_of(blanks) != std::string::npos) scripts.push_back(std::move(script));
    }
  }
  return scripts;
}

}  // namespace ibtest
