#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "agent/document/unicode.hpp"
#include "runner/lint/powershell_rules.hpp"
#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/web_urls.hpp"

namespace ibtest {

namespace {

/// The words behind the program.
std::span<const ShellWord> arguments(const ShellCommand& command) {
  const std::span<const ShellWord> words(command.words);
  return words.subspan(std::min(program_index(command) + 1, words.size()));
}

void check_sudo(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    const auto& commands = script.shell().commands;
    const auto needless = std::ranges::find_if(commands, [](const ShellCommand& command) {
      return command.words.size() > 1 && command.words[0].text == "sudo" && !command.words[1].text.starts_with('-');
    });
    if (needless == commands.end()) continue;
    const ShellWord& word = needless->words.front();
    report.add(script.range(word.begin, word.end), "steps run as root already, and small images have no sudo",
               "remove `sudo`");
  }
}

bool is_shell(std::string_view program) {
  constexpr std::array<std::string_view, 5> shells = {"bash", "sh", "dash", "ksh", "zsh"};
  return std::ranges::find(shells, program) != shells.end();
}

void check_piped_download(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    const auto& commands = script.shell().commands;
    for (std::size_t index = 0; index + 1 < commands.size(); ++index) {
      const ShellCommand& download = commands[index];
      const ShellCommand& shell = commands[index + 1];
      const std::string_view program = program_name(download);
      if ((program != "curl" && program != "wget") || download.after != ShellSeparator::pipe) continue;
      if (shell.before != ShellSeparator::pipe || shell.depth != download.depth || !is_shell(program_name(shell)))
        continue;
      report.add(script.range(download.begin, shell.end),
                 "this runs whatever comes, verified by nothing, and half of it when the connection breaks",
                 "download to a file, compare its checksum, then run it");
    }
  }
  find_powershell_piped_downloads(context, report);
}

/// A package manager that asks before it does something, and nobody answers.
struct PackageManager {
  std::string_view name;
  std::span<const std::string_view> asking;   ///< sub-commands
  std::span<const std::string_view> answers;  ///< options that answer, or keep it from asking
  char short_answer = 'y';                    ///< the letter of one, alone or among others: `-qy`
};

// Removing asks too, but not where there is nothing to remove, which is what most scripts make sure of.
constexpr auto apt_asks =
    std::to_array<std::string_view>({"install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"});
constexpr auto apt_answers = std::to_array<std::string_view>(
    {"--yes", "--assume-yes", "--assume-no", "-qq", "--simulate", "--dry-run", "--just-print", "-s"});
constexpr auto yum_asks = std::to_array<std::string_view>(
    {"install", "update", "upgrade", "reinstall", "localinstall", "groupinstall", "downgrade", "swap", "distro-sync"});
constexpr auto yum_answers = std::to_array<std::string_view>(
    {"--assumeyes", "--assumeno", "--downloadonly", "--setopt=assumeyes=1", "--setopt=assumeyes=True", "--help"});
constexpr auto zypper_asks =
    std::to_array<std::string_view>({"install", "in", "update", "up", "dist-upgrade", "dup", "patch"});
constexpr auto zypper_answers =
    std::to_array<std::string_view>({"-n", "--non-interactive", "--no-confirm", "--dry-run", "-D"});

constexpr auto package_managers = std::to_array<PackageManager>({
    {"apt-get", apt_asks, apt_answers},
    {"apt", apt_asks, apt_answers},
    {"yum", yum_asks, yum_answers},
    {"dnf", yum_asks, yum_answers},
    {"zypper", zypper_asks, zypper_answers},
});

bool is_cluster_with(std::string_view word, char letter) {
  return word.size() > 1 && word[0] == '-' && word[1] != '-' && word.find('=') == std::string_view::npos &&
         word.find(letter) != std::string_view::npos;
}

/// Whether the shell may put options in its place. `$PACKAGES` is taken for names of packages.
bool may_bring_options(const ShellWord& word) {
  if (word.literal) return false;
  constexpr auto signs =
      std::to_array<std::string_view>({"OPT", "ARG", "FLAG", "opt", "arg", "flag", "YES", "yes", "@"});
  return std::ranges::any_of(signs,
                             [&word](std::string_view sign) { return word.text.find(sign) != std::string::npos; });
}

/// The sub-command that asks; null pointer when there is none, or something answers.
const ShellWord* asking_word(const PackageManager& manager, const ShellCommand& command) {
  const ShellWord* asks = nullptr;
  bool after_option = false;
  for (const ShellWord& word : arguments(command)) {
    const bool answers = std::ranges::find(manager.answers, word.text) != manager.answers.end();
    if (answers || is_cluster_with(word.text, manager.short_answer) || may_bring_options(word)) return nullptr;
    if (asks != nullptr) continue;
    if (std::ranges::find(manager.asking, word.text) != manager.asking.end()) {
      asks = &word;
    } else if (!word.text.starts_with('-') && !after_option) {
      return nullptr;  // another sub-command; behind an option it is that one's value
    }
    after_option = word.text.starts_with('-');
  }
  return asks;
}

/// Settings for all commands of a document.
bool answers_everywhere(const RuleContext& context) {
  const std::string_view text = context.document.source->text();
  return text.find("Assume-Yes") != std::string_view::npos || text.find("assumeyes") != std::string_view::npos ||
         text.find("ZYPP_") != std::string_view::npos;
}

void check_package_managers(const RuleContext& context, RuleReport& report) {
  if (answers_everywhere(context)) return;
  for (const StepScript& script : context.scripts) {
    for (const ShellCommand& command : script.shell().commands) {
      const auto manager = std::ranges::find(package_managers, program_name(command), &PackageManager::name);
      if (manager == package_managers.end() || command.before == ShellSeparator::pipe || command.input_redirected)
        continue;
      const ShellWord* const word = asking_word(*manager, command);
      if (word == nullptr) continue;
      Diagnostic& finding = report.add(
          script.range(command),
          in_backticks(std::string(manager->name) + " " + word->text) + " asks before it goes on, and nobody answers",
          "write " + in_backticks(std::string(manager->name) + " " + word->text + " -y"));
      if (const auto place = script.insertion_place(word->end)) finding.fix = {{*place, *place, " -y"}};
    }
  }
}

bool verifies(const StepScript& script) {
  constexpr auto words = std::to_array<std::string_view>({"sha256sum", "sha512sum", "sha1sum", "shasum", "md5sum",
                                                          "gpg", "rpmkeys", "cosign", "minisign", "openssl dgst"});
  return std::ranges::any_of(words,
                             [&](std::string_view word) { return script.text().find(word) != std::string::npos; });
}

/// Whether the download goes into a file. Other answers are looked at by the script.
bool keeps_download(const ShellCommand& command) {
  const std::string_view program = program_name(command);
  if ((program != "curl" && program != "wget") || command.output_file == "/dev/null") return false;
  const auto is_no_file = [](const ShellWord& word) {
    return word.text == "/dev/null" || word.text == "-" || word.text == "--spider" || word.text == "-o-" ||
           word.text.ends_with("O-");
  };
  if (std::ranges::any_of(command.words, is_no_file)) return false;
  if (program == "wget" || !command.output_file.empty()) return command.after != ShellSeparator::pipe;
  return std::ranges::any_of(command.words, [](const ShellWord& word) {
    return word.text == "--output" || word.text == "--remote-name" || is_cluster_with(word.text, 'o') ||
           is_cluster_with(word.text, 'O');
  });
}

std::string unverified(std::string_view url) {
  std::string message = "nothing verifies what this downloads";
  if (url.starts_with("http://") || url.starts_with("ftp://")) message += ", and the connection is not encrypted";
  return message;
}

void check_web_download(const Step& step, RuleReport& report) {
  for (const YamlNode& item : step.inputs->items) {
    const YamlNode* const source = item.find("source");
    if (source == nullptr || !source->is_scalar() || !is_remote_url(source->text) || is_settings_file(source->text))
      continue;
    if (item.find("checksum") != nullptr || item.find("algorithm") != nullptr) continue;
    report.add(source->range, unverified(source->text), "add `checksum` and `algorithm`");
  }
}

void check_downloads(const RuleContext& context, RuleReport& report) {
  for (const Phase& phase : context.document.phases) {
    for (const Step& step : phase.steps) {
      if (step.action.value == "WebDownload" && step.inputs) check_web_download(step, report);
    }
  }
  for (const StepScript& script : context.scripts) {
    if (verifies(script)) continue;
    for (const ShellCommand& command : script.shell().commands) {
      const auto url = std::ranges::find_if(command.words, [](const ShellWord& word) {
        return is_remote_url(word.text) && !is_settings_file(word.text);
      });
      if (url == command.words.end() || !keeps_download(command)) continue;
      report.add(script.range(url->begin, url->end), unverified(url->text),
                 "compare the checksum of the file with `sha256sum --check`");
    }
  }
  find_powershell_downloads(context, report);
}

constexpr auto program_table = std::to_array<LintRule>({
    {{"interactive-package-manager", Severity::warning, "GOTCHA-9"}, check_package_managers},
    {{"piped-download", Severity::hint, ""}, check_piped_download},
    {{"download-not-verified", Severity::hint, "WEBDOWNLOAD-6"}, check_downloads},
    {{"needless-sudo", Severity::hint, "GOTCHA-7"}, check_sudo},
});

}  // namespace

std::span<const LintRule> program_rules() {
  return program_table;
}

}  // namespace ibtest
