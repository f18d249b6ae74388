#include "runner/lint/powershell_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/web_urls.hpp"

namespace ibtest {

namespace {

/// Cmdlets whose failure spoils the image; they go on after most errors.
constexpr auto cmdlets_that_matter = std::to_array<std::string_view>({
    "add-windowscapability",
    "add-windowsfeature",
    "copy-item",
    "copy-s3object",
    "enable-windowsoptionalfeature",
    "expand-archive",
    "install-module",
    "install-package",
    "install-packageprovider",
    "install-windowsfeature",
    "invoke-webrequest",
    "move-item",
    "new-itemproperty",
    "new-localuser",
    "read-s3object",
    "set-itemproperty",
    "set-service",
    "start-bitstransfer",
    "start-service",
});

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// The word that names what a statement runs, behind `$x =`, `&` and `return`; null pointer for none.
const PowerShellWord* command_word(const PowerShellStatement& statement) {
  const auto& words = statement.words;
  std::size_t index = words.size() > 2 && words[0].text.starts_with('$') && words[1].text == "=" ? 2 : 0;
  while (index < words.size() &&
         (words[index].text == "&" || words[index].text == "." || words[index].text == "return"))
    ++index;
  return index < words.size() ? &words[index] : nullptr;
}

std::string_view command_name(const PowerShellStatement& statement) {
  const PowerShellWord* const word = command_word(statement);
  if (word == nullptr) return {};
  std::string_view name = word->text;
  if (name.ends_with(".exe")) name.remove_suffix(4);
  return name.substr(name.find_last_of("\\/") + 1);
}

template <std::size_t Size>
bool mentions(std::string_view lower, const std::array<std::string_view, Size>& words) {
  return std::ranges::any_of(words,
                             [lower](std::string_view word) { return lower.find(word) != std::string_view::npos; });
}

/// The lines on which a statement stands, its brackets included, in lower case.
std::string lines_of(const PowerShellStep& step, const PowerShellStatement& statement) {
  const std::string& text = step.text();
  const std::size_t before = text.rfind('\n', statement.begin);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', statement.end), text.size());
  return lower_case(std::string_view(text).substr(begin, end - begin));
}

bool is_exit(const PowerShellStatement& statement) {
  return !statement.words.empty() && statement.words[0].text == "exit";
}

bool asks_for_reboot(const PowerShellStatement& statement) {
  const std::string_view name = command_name(statement);
  if (statement.has_word("-whatif")) return false;
  if (name == "restart-computer" || name == "stop-computer") return true;
  if (name == "shutdown") return statement.has_word("/r") || statement.has_word("-r");
  constexpr auto with_restart = std::to_array<std::string_view>(
      {"install-windowsfeature", "add-windowsfeature", "uninstall-windowsfeature", "rename-computer", "add-computer"});
  if (is_one_of(with_restart, name)) return statement.has_word("-restart");
  constexpr auto with_auto_reboot =
      std::to_array<std::string_view>({"install-windowsupdate", "get-windowsupdate", "get-wuinstall"});
  return is_one_of(with_auto_reboot, name) && statement.has_word("-autoreboot");
}

void check_syntax(const RuleContext& context, RuleReport& report) {
  for (const PowerShellStep& step : context.powershell_steps) {
    const auto& mistake = step.shell().mistake;
    if (!mistake) continue;
    report.add(step.range(*mistake), mistake->message,
               "PowerShell reads the whole script before it runs any of it: close it, or write a backtick before it");
  }
}

void check_questions(const RuleContext& context, RuleReport& report) {
  constexpr auto questions = std::to_array<std::string_view>({"read-host", "get-credential", "pause"});
  for (const PowerShellStep& step : context.powershell_steps) {
    for (const PowerShellStatement& statement : step.shell().statements) {
      const std::string_view name = command_name(statement);
      if (!is_one_of(questions, name)) continue;
      report.add(step.range(*command_word(statement)), "this waits for somebody who answers, and nobody is there",
                 "take the value from a parameter of the document");
    }
  }
}

constexpr auto powershell_table = std::to_array<LintRule>({
    {{"powershell-syntax", Severity::error, "EXECUTEPOWERSHELL-2"}, check_syntax},
    {{"waits-for-answer", Severity::warning, "GOTCHA-9"}, check_questions},
});

}  // namespace

void find_powershell_failures(const RuleContext& context, RuleReport& report) {
  // Signs of somebody who has thought of failures (GOTCHA-3).
  constexpr auto signs = std::to_array<std::string_view>(
      {"erroraction", "-ea ", "try", "throw", "exit", "trap", "$?", "lastexitcode", "$error"});
  for (const PowerShellStep& step : context.powershell_steps) {
    if (mentions(lower_case(step.text()), signs)) continue;
    const auto& statements = step.shell().statements;
    const auto found = std::ranges::find_if(statements, [](const PowerShellStatement& statement) {
      return is_one_of(cmdlets_that_matter, command_name(statement));
    });
    if (found == statements.end()) continue;
    report.add(step.range(*found), "when this fails the script goes on, and the step succeeds",
               "begin the script with `$ErrorActionPreference = 'Stop'`");
  }
}

void find_powershell_exits(const RuleContext& context, RuleReport& report) {
  for (const PowerShellStep& step : context.powershell_steps) {
    const auto& statements = step.shell().statements;
    const auto exit = std::ranges::find_if(statements, [](const PowerShellStatement& statement) {
      return is_exit(statement) && statement.stands_alone();
    });
    if (exit == statements.end()) continue;
    const bool more = std::ranges::any_of(statements, [&exit](const PowerShellStatement& statement) {
      return statement.begin > exit->end && statement.words[0].text != "function";
    });
    if (!more) continue;
    report.add(step.range(*exit), "the step ends here: all commands of a step are one script, and the rest never runs",
               "remove it, or what follows it");
  }
}

void find_powershell_reboots(const RuleContext& context, RuleReport& report) {
  for (const PowerShellStep& step : context.powershell_steps) {
    for (const PowerShellStatement& statement : step.shell().statements) {
      if (!asks_for_reboot(statement)) continue;
      report.add(step.range(statement), "the build does not know that it has to go on after this reboot",
                 "use the action Reboot, or `exit 3010` in a script that notices when it runs again");
    }
  }
}

void find_powershell_reboot_loops(const RuleContext& context, RuleReport& report) {
  for (const PowerShellStep& step : context.powershell_steps) {
    if (step.step().condition) continue;
    std::vector<PowerShellStatement> statements = step.shell().statements;
    std::ranges::sort(statements, {}, &PowerShellStatement::begin);
    const auto leaves = std::ranges::find_if(statements, [](const PowerShellStatement& statement) {
      return is_exit(statement) || statement.words[0].text == "return" || statement.words[0].text == "throw";
    });
    if (leaves == statements.end() || !leaves->stands_alone() || leaves->words.size() != 2 ||
        leaves->words[1].text != "3010")
      continue;
    report.add(step.range(*leaves), "after the reboot the step runs again from its first command, and reboots again",
               "leave a mark on the disk and look for it before, or use the action Reboot");
  }
}

void find_powershell_piped_downloads(const RuleContext& context, RuleReport& report) {
  constexpr auto downloads = std::to_array<std::string_view>(
      {"downloadstring", "invoke-webrequest", "invoke-restmethod", "iwr ", "irm ", "http://", "https://"});
  for (const PowerShellStep& step : context.powershell_steps) {
    for (const PowerShellStatement& statement : step.shell().statements) {
      const std::string_view name = command_name(statement);
      if ((name != "iex" && name != "invoke-expression") || !mentions(lines_of(step, statement), downloads)) continue;
      report.add(step.range(*command_word(statement)), "this runs whatever comes, verified by nothing",
                 "download to a file, compare its hash with Get-FileHash, then run it");
    }
  }
}

void find_powershell_downloads(const RuleContext& context, RuleReport& report) {
  constexpr auto checks = std::to_array<std::string_view>({"filehash", "authenticodesignature", "certutil"});
  for (const PowerShellStep& step : context.powershell_steps) {
    const std::string lower = lower_case(step.text());
    if (mentions(lower, checks) || !names_remote_url(lower)) continue;
    for (const PowerShellStatement& statement : step.shell().statements) {
      const std::string_view name = command_name(statement);
      const bool keeps = ((name == "invoke-webrequest" || name == "iwr") && statement.has_word("-outfile")) ||
                         name == "start-bitstransfer";
      if (!keeps) continue;
      report.add(step.range(statement), "nothing verifies what this downloads",
                 "compare the hash of the file with Get-FileHash, or its signature with Get-AuthenticodeSignature");
    }
  }
}

std::span<const LintRule> powershell_rules() {
  return powershell_table;
}

}  // namespace ibtest
