#include "runner/lint/step_script.hpp"

#include <string_view>

namespace ibtest {

namespace {

template <class Script>
std::vector<ReadScript<Script>> scripts_of(const Document& document, std::string_view action,
                                           Script (*read)(std::string_view text)) {
  std::vector<ReadScript<Script>> scripts;
  for (const Phase& phase : document.phases) {
    for (const Step& step : phase.steps) {
      const YamlNode* const commands = script_commands(step, action);
      if (commands == nullptr) continue;
      const ScriptText text(*commands, *document.source);
      scripts.emplace_back(text, phase, step, read(text.text()));
    }
  }
  return scripts;
}

}  // namespace

std::vector<StepScript> step_scripts(const Document& document) {
  return scripts_of(document, "ExecuteBash", &read_shell_script);
}

std::vector<PowerShellStep> powershell_steps(const Document& document) {
  return scripts_of(document, "ExecutePowerShell", &read_powershell_script);
}

}  // namespace ibtest
