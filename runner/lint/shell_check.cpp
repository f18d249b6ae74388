#include "runner/lint/shell_check.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "runner/lint/shell_output.hpp"
#include "runner/lint/shell_script.hpp"
#include "runner/subprocess/find_program.hpp"
#include "runner/subprocess/process_loop.hpp"
#include "runner/subprocess/temporary_folder.hpp"

namespace ibtest {

namespace {

// Starting ShellCheck takes as long as checking a few scripts.
constexpr std::size_t fewest_per_process = 8;
constexpr std::size_t most_per_process = 50;

/// What says nothing here: shebangs, which ExecuteBash does not read, files that scripts include, which are in the
/// target, and `sudo` before a redirection, which root needs for neither (GOTCHA-7).
constexpr const char* excluded_codes = "SC1008,SC1090,SC1091,SC1128,SC2024,SC2096,SC2148,SC2239";

/// Bash reads on but executes nothing behind it, which costs a fourth of a `bash -n` for each script.
constexpr std::string_view read_only = "set -n; ";
/// Path and message of each script that bash has something to say about, each with a NUL behind it. The scripts begin
/// with read_only.
constexpr const char* bash_loop =
    R"sh(LC_ALL=C; for file; do message=$(. "$file" 2>&1) && [ -z "$message" ] || printf '%s\0%s\0' "$file" "$message"; done)sh";

constexpr std::size_t joined_size = 256U << 10U;

/// Whether bash says the same of the script alone and between others, each in a subshell of its own in a function of
/// its own: nothing that it opens can reach into the next one.
bool can_be_joined(std::string_view script) {
  return script.find('\r') == std::string_view::npos && script.find("<<") == std::string_view::npos &&
         !script.ends_with('\\') && read_shell_script(script).understood;
}

class ScriptCheck {
 public:
  ScriptCheck(const std::set<std::string>& scripts, const ShellCheckOptions& options, ShellResults& results)
      : options_(&options), results_(&results), folder_("bash scripts to check") {
    for (const std::string& script : scripts)
      files_.emplace((folder_.path() / fmt::format("{}.sh", files_.size() + 1)).string(), &script);
  }

  std::string run() {
    std::string problem;
    if (options_->shellcheck && find_program("shellcheck")) {
      write(files_, "");
      problem = run_all(
          "shellcheck",
          {"shellcheck", "--norc", "--format=json1", "--shell=bash", std::string("--exclude=") + excluded_codes, "--"},
          files_,
          [this](const ChildResult& result, const ScriptFiles& files) { return take_shellcheck(result, files); });
      if (!problem.empty()) problem += "; without it, bash scripts are checked for their syntax only";
    }
    ScriptFiles rest;
    std::ranges::copy_if(files_, std::inserter(rest, rest.end()), [this](const auto& file) {
      const auto result = results_->find(*file.second);
      return result == results_->end() || has_parse_error(result->second);
    });
    if (rest.empty() || !find_program("bash")) return problem;
    std::string bash_problem = accept_joined(rest);
    if (bash_problem.empty()) {
      for (const auto& [path, script] : rest)
        results_->try_emplace(*script);
      bash_problem = run_bash(rest, [this](const std::string& path, const std::string& script,
                                           std::string_view message) { refuse(path, script, message); });
    }
    return problem.empty() ? bash_problem : problem;
  }

 private:
  /// Takes what a process has said; false when it is of no use.
  using Taker = std::function<bool(const ChildResult& result, const ScriptFiles& files)>;
  /// Takes what bash says of a script.
  using BashTaker = std::function<void(const std::string& path, const std::string& script, std::string_view message)>;

  struct Process {
    ScriptFiles files;
    std::unique_ptr<RunningCommand> command;
  };

  static void write(const ScriptFiles& files, std::string_view before) {
    for (const auto& [path, script] : files) {
      const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
      if (const int error = file.is_open() ? write_all(file.get(), std::string(before) + *script) : errno; error != 0)
        throw Fault(ExitStatus::target_failed, system_error_text("writing " + path, error));
    }
  }

  /// Lets bash read many scripts as one, which takes no longer than a few of them alone, and removes from `files` those
  /// in which there is nothing to find. Of all others each is to be read alone.
  std::string accept_joined(ScriptFiles& files) {
    struct Joined {
      std::string text;
      std::vector<std::string> paths;
      bool refused = false;
    };
    std::deque<Joined> joined;
    for (const auto& [path, script] : files) {
      if (!can_be_joined(*script)) continue;
      if (joined.empty() || joined.back().text.size() > joined_size) joined.emplace_back();
      joined.back().text += "f() { (\n:\n" + *script + "\n)\n}\n";
      joined.back().paths.push_back(path);
    }
    ScriptFiles joined_files;
    std::map<std::string, Joined*> by_path;
    for (Joined& one : joined) {
      const std::string path = (folder_.path() / fmt::format("joined-{}.sh", joined_files.size() + 1)).string();
      joined_files.emplace(path, &one.text);
      by_path.emplace(path, &one);
    }
    const auto refused = [&](const std::string& path, const std::string& /*text*/, std::string_view /*message*/) {
      by_path.at(path)->refused = true;
    };
    if (std::string problem = run_bash(joined_files, refused); !problem.empty()) return problem;
    for (const Joined& one : joined) {
      if (one.refused) continue;
      for (const std::string& path : one.paths) {
        const auto file = files.find(path);
        results_->try_emplace(*file->second);
        files.erase(file);
      }
    }
    return {};
  }

  /// Lets bash read each file, and hands out what it says.
  std::string run_bash(const ScriptFiles& files, const BashTaker& take) {
    write(files, read_only);
    return run_all("bash", {"bash", "-c", bash_loop, "bash"}, files,
                   [&](const ChildResult& result, const ScriptFiles& some) { return take_bash(result, some, take); });
  }

  static bool has_parse_error(const ShellResult& result) {
    return std::ranges::any_of(result.findings, &ShellFinding::is_parse_error);
  }

  /// Runs the program for all files, some at a time. The first failure ends it.
  std::string run_all(std::string_view program, const std::vector<std::string>& command_line, const ScriptFiles& files,
                      const Taker& take) {
    const std::size_t at_once = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t share = std::clamp((files.size() + at_once - 1) / at_once, fewest_per_process, most_per_process);
    std::vector<Process> processes;
    auto next = files.begin();
    while (next != files.end() || !processes.empty()) {
      while (next != files.end() && processes.size() < at_once) {
        Process process;
        std::vector<std::string> arguments = command_line;
        for (; next != files.end() && process.files.size() < share; ++next) {
          process.files.insert(*next);
          arguments.push_back(next->first);
        }
        process.command = loop_.start(arguments, {.timeout = options_->time_limit});
        processes.push_back(std::move(process));
      }
      const auto ended = std::ranges::find_if(processes, [](const Process& one) { return one.command->finished(); });
      if (ended == processes.end()) {
        if (loop_.interrupts() > 0) throw Interrupted{};
        loop_.wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(1));
        continue;
      }
      const ChildResult result = ended->command->wait();
      if (result.timed_out)
        return fmt::format("{} did not end within {} seconds and was stopped", program,
                           std::chrono::duration<double>(options_->time_limit).count());
      if (!take(result, ended->files)) return failure_text(program, result);
      processes.erase(ended);
    }
    return {};
  }

  static std::string failure_text(std::string_view program, const ChildResult& result) {
    const std::string_view errors = result.standard_error;
    return fmt::format("{} failed with status {}{}{}", program, result.exit_code, errors.empty() ? "" : ": ",
                       errors.substr(0, errors.find('\n')));
  }

  bool take_shellcheck(const ChildResult& result, const ScriptFiles& files) {
    if (result.exit_code != 0 && result.exit_code != 1) return false;  // 1: it has found something
    const auto found = read_shellcheck_output(result.standard_output, files);
    if (!found) return false;
    for (const auto& [path, script] : files)
      (*results_)[*script] = {true, {}};
    for (const auto& [path, finding] : *found)
      (*results_)[*files.find(path)->second].findings.push_back(finding);
    return true;
  }

  static bool take_bash(const ChildResult& result, const ScriptFiles& files, const BashTaker& take) {
    std::string_view output = result.standard_output;
    while (!output.empty()) {
      const std::string_view path = output.substr(0, output.find('\0'));
      output.remove_prefix(std::min(path.size() + 1, output.size()));
      const std::string_view message = output.substr(0, output.find('\0'));
      output.remove_prefix(std::min(message.size() + 1, output.size()));
      if (const auto file = files.find(path); file != files.end()) take(file->first, *file->second, message);
    }
    return true;
  }

  /// Bash cannot run the script.
  void refuse(const std::string& path, const std::string& script, std::string_view message) {
    const auto finding = read_bash_output(message, path, script);
    if (!finding) return;
    ShellResult& result = (*results_)[script];
    if (!result.by_shellcheck) result.findings.push_back(*finding);
    for (ShellFinding& known : result.findings) {
      if (known.is_parse_error) known.severity = Severity::error;
    }
  }

  const ShellCheckOptions* options_;
  ShellResults* results_;
  TemporaryFolder folder_;
  ScriptFiles files_;
  ProcessLoop loop_;
};

}  // namespace

std::string check_shell_scripts(const std::set<std::string>& scripts, const ShellCheckOptions& options,
                                ShellResults& results) {
  if (scripts.empty()) return {};
  try {
    return ScriptCheck(scripts, options, results).run();
  } catch (const Fault& fault) {
    return "bash scripts were not checked: " + fault.message() + (fault.remedy().empty() ? "" : "; " + fault.remedy());
  }
}

}  // namespace ibtest
