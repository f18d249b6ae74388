#pragma once

#include <utility>
#include <vector>

#include "agent/document/document.hpp"
#include "runner/lint/powershell_script.hpp"
#include "runner/lint/script_text.hpp"
#include "runner/lint/shell_script.hpp"

namespace ibtest {

/// The script of one step, and what the linter reads in it. The document must live as long as this.
template <class Script>
class ReadScript : public ScriptText {
 public:
  ReadScript(const ScriptText& text, const Phase& phase, const Step& step, Script script)
      : ScriptText(text), phase_(&phase), step_(&step), script_(std::move(script)) {}

  using ScriptText::range;
  /// Of a command, a statement or a word.
  template <class Part>
  [[nodiscard]] SourceRange range(const Part& part) const {
    return range(part.begin, part.end);
  }

  [[nodiscard]] const Phase& phase() const { return *phase_; }
  [[nodiscard]] const Step& step() const { return *step_; }
  [[nodiscard]] const Script& shell() const { return script_; }

 private:
  const Phase* phase_;
  const Step* step_;
  Script script_;
};

using StepScript = ReadScript<ShellScript>;           ///< of an ExecuteBash step
using PowerShellStep = ReadScript<PowerShellScript>;  ///< of an ExecutePowerShell step

/// The scripts of a document, in its order.
[[nodiscard]] std::vector<StepScript> step_scripts(const Document& document);
[[nodiscard]] std::vector<PowerShellStep> powershell_steps(const Document& document);

}  // namespace ibtest
