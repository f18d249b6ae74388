#include "actions/checks/likely_platform.hpp"

#include <algorithm>
#include <string_view>

namespace ibtest {

namespace {

/// "C:\..." or "C:/...".
bool begins_with_drive(std::string_view text) {
  if (text.size() < 3 || text[1] != ':' || (text[2] != '\\' && text[2] != '/')) return false;
  return (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
}

// Nesting is bounded by the budget of the YAML reader.
// NOLINTNEXTLINE(misc-no-recursion)
bool holds_drive(const YamlNode& node) {
  return begins_with_drive(node.text) || std::ranges::any_of(node.items, holds_drive) ||
         std::ranges::any_of(node.entries, [](const YamlEntry& entry) { return holds_drive(entry.value); });
}

/// 1 for a step that only Windows can run, -1 for one that Windows cannot run, 0 for all others.
int leaning(const Step& step) {
  const ActionModule* const module = find_action(step.action.value);
  if (module != nullptr) {
    const auto runs_on = [module](Platform platform) {
      return std::ranges::find(module->platforms, platform) != module->platforms.end();
    };
    if (!runs_on(Platform::linux_os)) return 1;
    if (!runs_on(Platform::windows)) return -1;
  }
  return step.inputs && holds_drive(*step.inputs) ? 1 : 0;
}

}  // namespace

Platform likely_platform(const Document& document) {
  int leanings = 0;
  for (const Phase& phase : document.phases) {
    for (const Step& step : phase.steps)
      leanings += leaning(step);
  }
  return leanings > 0 ? Platform::windows : Platform::linux_os;
}

}  // namespace ibtest
