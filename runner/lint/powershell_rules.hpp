#pragma once

#include "runner/lint/lint_rule.hpp"

namespace ibtest {

// What rules about scripts find in those of ExecutePowerShell; the rules are in the tables of the bash rules.
void find_powershell_failures(const RuleContext& context, RuleReport& report);
void find_powershell_exits(const RuleContext& context, RuleReport& report);
void find_powershell_reboots(const RuleContext& context, RuleReport& report);
void find_powershell_reboot_loops(const RuleContext& context, RuleReport& report);
void find_powershell_piped_downloads(const RuleContext& context, RuleReport& report);
void find_powershell_downloads(const RuleContext& context, RuleReport& report);

}  // namespace ibtest
