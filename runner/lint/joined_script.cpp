#include "runner/lint/joined_script.hpp"

#include <algorithm>
#include <utility>

#include "agent/expression/reference.hpp"

namespace ibtest {

namespace {

/// Upper case: for a shell checker such a name may be set from outside, where it stands for a variable.
constexpr char stand_in = 'X';

}  // namespace

JoinedScript::JoinedScript(ScriptText script) : script_(std::move(script)), text_(script_.text()) {
  for (const Reference& reference : find_references(script_.text())) {
    // Other text between double braces stays as it is (GOTCHA-21).
    if (std::holds_alternative<ForeignText>(reference.form)) continue;
    references_.push_back({reference.begin, reference.end});
    text_.replace(reference.begin, reference.end - reference.begin, reference.end - reference.begin, stand_in);
  }
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
      const YamlNode* const commands = script_commands(step, "ExecuteBash");
      if (commands == nullptr) continue;
      JoinedScript script(ScriptText(*commands, *document.source));
      if (script.text().find_first_not_of(" \t\r\n") != std::string::npos) scripts.push_back(std::move(script));
    }
  }
  return scripts;
}

}  // namespace ibtest
