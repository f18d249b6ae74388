#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "agent/document/unicode.hpp"
#include "runner/lint/powershell_rules.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

/// Programs whose failure spoils the image. Others may fail in scripts that work.
constexpr auto programs_that_matter = std::to_array<std::string_view>({
    "ansible-galaxy",
    "ansible-playbook",
    "apt",
    "apt-get",
    "aws",
    "bundle",
    "cargo",
    "composer",
    "curl",
    "dnf",
    "dpkg",
    "gem",
    "git",
    "go",
    "gunzip",
    "helm",
    "install",
    "make",
    "mvn",
    "npm",
    "npx",
    "pip",
    "pip3",
    "pipx",
    "rpm",
    "rsync",
    "snap",
    "tar",
    "unzip",
    "useradd",
    "usermod",
    "wget",
    "yarn",
    "yum",
    "zypper",
});

/// Of programs that mostly look, what they do.
constexpr auto deeds_that_matter = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"systemctl", "enable"},
    {"systemctl", "start"},
    {"systemctl", "restart"},
    {"docker", "build"},
    {"docker", "pull"},
    {"docker", "load"},
});

bool has_word(const ShellCommand& command, std::string_view text) {
  return std::ranges::find(command.words, text, &ShellWord::text) != command.words.end();
}

/// `set -e`, `set -euo pipefail`, `set -o errexit`, and `set +e` of somebody who minds the statuses.
bool sets_errexit(const ShellCommand& command) {
  if (program_name(command) != "set") return false;
  return std::ranges::any_of(command.words, [](const ShellWord& word) {
    const std::string_view text = word.text;
    const bool cluster = text.size() > 1 && (text[0] == '-' || text[0] == '+') && text[1] != '-';
    return text == "errexit" || (cluster && text.find('e') != std::string_view::npos);
  });
}

/// Whether somebody has thought of failures: errexit, an error trap, a look at `$?`.
bool minds_failures(const StepScript& script) {
  if (script.text().find("$?") != std::string::npos || script.text().find("PIPESTATUS") != std::string::npos)
    return true;
  return std::ranges::any_of(script.shell().commands, [](const ShellCommand& command) {
    return sets_errexit(command) || (program_name(command) == "trap" && (has_word(command, "ERR")));
  });
}

std::string_view first_line(const StepScript& script) {
  const std::string_view text = script.text();
  return text.substr(0, text.find('\n'));
}

/// The options of a `#!` line's shell, such as `-e`; empty for none.
std::string_view shebang_options(std::string_view line) {
  const std::size_t option = line.find(" -");
  return line.starts_with("#!") && option != std::string_view::npos ? line.substr(option + 1) : std::string_view();
}

bool failure_matters(const ShellCommand& command) {
  const std::string_view program = program_name(command);
  constexpr auto looks = std::to_array<std::string_view>({"clean", "search", "list", "--version"});
  if (std::ranges::any_of(looks, [&](std::string_view word) { return has_word(command, word); })) return false;
  if (std::ranges::find(programs_that_matter, program) != programs_that_matter.end()) return true;
  return std::ranges::any_of(deeds_that_matter,
                             [&](const auto& deed) { return deed.first == program && has_word(command, deed.second); });
}

void check_failures(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    if (minds_failures(script) || !shebang_options(first_line(script)).empty()) continue;
    const auto& commands = script.shell().commands;
    const auto lost = std::ranges::find_if(commands, [&commands](const ShellCommand& command) {
      return command.stands_alone() && !command.negated && &command != &commands.back() && failure_matters(command);
    });
    if (lost == commands.end()) continue;
    report.add(script.range(*lost),
               "when this fails the script goes on, and the step succeeds if its last command does",
               "begin the script with `set -euo pipefail`");
  }
  find_powershell_failures(context, report);
}

/// The program of a `#!` line, behind `/usr/bin/env`.
std::string_view shebang_program(std::string_view line) {
  line.remove_prefix(std::min<std::size_t>(2, line.size()));
  std::string_view program;
  while (!line.empty()) {
    const std::size_t begin = std::min(line.find_first_not_of(" \t\r"), line.size());
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(end);
    if (word.empty() || word.starts_with('-')) continue;
    program = word.substr(word.rfind('/') + 1);
    if (program != "env") return program;
  }
  return program;
}

void check_shebang(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    const std::string_view line = first_line(script);
    if (!line.starts_with("#!")) continue;
    const std::string_view program = shebang_program(line);
    const std::string_view options = shebang_options(line);
    const SourceRange range = script.range(0, line.size());
    constexpr std::array<std::string_view, 6> shells = {"bash", "sh", "dash", "ash", "ksh", "zsh"};
    if (!program.empty() && std::ranges::find(shells, program) == shells.end()) {
      report.add(range, "the script is run by bash, whatever its first line names",
                 "write a file with CreateFile, and run it with " + in_backticks(program));
    } else if (options.find('e') != std::string_view::npos && !minds_failures(script)) {
      report.add(range, "the script is run as `bash FILE`: " + in_backticks(options) + " has no effect here",
                 "write " + in_backticks("set " + std::string(options)) + " on a line of its own");
    }
  }
}

void check_exit(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    const auto& commands = script.shell().commands;
    const auto exit = std::ranges::find_if(commands, [](const ShellCommand& command) {
      return command.stands_alone() && !command.words.empty() && command.words[0].text == "exit";
    });
    if (exit == commands.end() || std::next(exit) == commands.end()) continue;
    report.add(script.range(*exit),
               "the step ends here: all commands of a step are one script, and the rest never runs",
               "remove it, or what follows it");
  }
  find_powershell_exits(context, report);
}

bool sets_home(const ShellCommand& command) {
  const auto names_home = [](const ShellWord& word) { return word.text.starts_with("HOME="); };
  if (command.words.empty()) return std::ranges::any_of(command.assignments, names_home);
  constexpr std::array<std::string_view, 4> declarations = {"export", "declare", "readonly", "typeset"};
  return std::ranges::find(declarations, command.words[0].text) != declarations.end() &&
         std::ranges::any_of(command.words, names_home);
}

/// The offset from which on HOME is set; the end of the script for never.
std::size_t home_is_set_from(const StepScript& script) {
  const auto& commands = script.shell().commands;
  const auto found = std::ranges::find_if(commands, sets_home);
  return found == commands.end() ? script.text().size() : found->begin;
}

bool uses_global_git_settings(const ShellCommand& command) {
  return program_name(command) == "git" && program_index(command) == 0 && command.assignments.empty() &&
         has_word(command, "config") && has_word(command, "--global");
}

void check_home(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    const std::size_t set_from = home_is_set_from(script);
    const auto& expansions = script.shell().expansions;
    const auto used = std::ranges::find_if(expansions, [set_from](const ShellExpansion& expansion) {
      return expansion.name == "HOME" && !expansion.has_default && expansion.begin < set_from;
    });
    const std::string suggestion = "begin the script with `export HOME=/root`";
    if (used != expansions.end()) {
      report.add(script.range(used->begin, used->end), "HOME is not set where components run, so this is empty",
                 suggestion);
      continue;
    }
    for (const ShellCommand& command : script.shell().commands) {
      if (command.begin >= set_from || !uses_global_git_settings(command)) continue;
      report.add(script.range(command), "`git config --global` fails where HOME is not set, as where components run",
                 suggestion);
      break;
    }
  }
}

bool asks_for_reboot(const ShellCommand& command) {
  const std::string_view program = program_name(command);
  const std::size_t index = program_index(command);
  const auto argument = [&](std::string_view text) {
    return std::any_of(command.words.begin() + static_cast<std::ptrdiff_t>(index), command.words.end(),
                       [text](const ShellWord& word) { return word.text == text; });
  };
  if (argument("--help") || argument("--version")) return false;
  if (program == "reboot") return true;
  if (program == "shutdown") return argument("-r") || argument("--reboot");
  if (program == "init" || program == "telinit") return argument("6");
  return program == "systemctl" && argument("reboot");
}

bool is_exit_194(const ShellCommand& command) {
  return command.words.size() == 2 && command.words[0].text == "exit" && command.words[1].text == "194";
}

void check_reboot(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    for (const ShellCommand& command : script.shell().commands) {
      if (!asks_for_reboot(command)) continue;
      report.add(script.range(command),
                 "the build does not know that it has to go on after this reboot, and in a container nothing reboots",
                 "use the action Reboot, or `exit 194` in a script that notices when it runs again");
    }
  }
  find_powershell_reboots(context, report);
}

void check_reboot_loop(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    for (const ShellCommand& command : script.shell().commands) {
      const bool leaves =
          !command.words.empty() && (command.words[0].text == "exit" || command.words[0].text == "exec");
      if (leaves && !(command.stands_alone() && is_exit_194(command))) break;  // another way out
      if (!leaves) continue;
      if (script.step().condition) break;
      report.add(script.range(command),
                 "after the reboot the step runs again from its first command, and reboots again",
                 "leave a mark on the disk and look for it before, or use the action Reboot");
      break;
    }
  }
  find_powershell_reboot_loops(context, report);
}

void check_background(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    const auto& commands = script.shell().commands;
    const bool waits = std::ranges::any_of(commands, [](const ShellCommand& command) {
      const std::string_view program = program_name(command);
      return program == "wait" || program == "kill" || program == "pkill" || program == "killall";
    });
    const bool redirects_all = std::ranges::any_of(commands, [](const ShellCommand& command) {
      return command.words.size() == 1 && command.words[0].text == "exec" && !command.output_file.empty();
    });
    if (waits || redirects_all) continue;
    for (const ShellCommand& command : commands) {
      if (command.depth > 0 || command.after != ShellSeparator::background || !command.output_file.empty()) continue;
      report.add(script.range(command), "the step does not end before this does: its output stays open",
                 "redirect it: `>/dev/null 2>&1 &`");
    }
  }
}

constexpr auto script_table = std::to_array<LintRule>({
    {{"failure-unnoticed", Severity::hint, "GOTCHA-1"}, check_failures},
    {{"shebang-without-effect", Severity::warning, "GOTCHA-1"}, check_shebang},
    {{"commands-after-exit", Severity::warning, "GOTCHA-2"}, check_exit},
    {{"home-not-set", Severity::hint, "GOTCHA-5"}, check_home},
    {{"reboot-in-script", Severity::hint, "RESUME-7"}, check_reboot},
    {{"reboot-loop", Severity::warning, "GOTCHA-17"}, check_reboot_loop},
    {{"background-output", Severity::hint, "GOTCHA-27"}, check_background},
});

}  // namespace

std::span<const LintRule> script_rules() {
  return script_table;
}

}  // namespace ibtest
