#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "agent/document/unicode.hpp"
#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/step_files.hpp"

namespace ibtest {

namespace {

bool is_test_stage(const Phase& phase) {
  return phase.name.value == "test" || phase.name.value == "container-host-test";
}

/// The folder that is emptied, of a path below it; empty for others.
std::string_view temporary_folder(std::string_view path) {
  constexpr auto folders = std::to_array<std::string_view>({"/tmp", "/run", "/dev/shm"});
  const auto found = std::ranges::find_if(folders, [path](std::string_view folder) {
    return path.starts_with(folder) && path.size() > folder.size() + 1 && path[folder.size()] == '/';
  });
  return found == folders.end() ? std::string_view() : *found;
}

bool is_temporary(std::string_view path) {
  return !temporary_folder(path).empty();
}

/// GOTCHA-12: what is made in /tmp is not there in the test stage, and on many systems not after a reboot.
class TemporaryFiles {
 public:
  TemporaryFiles(const RuleContext& context, RuleReport& report) : context_(&context), report_(&report) {}

  void check() {
    for (const Phase& phase : context_->document.phases) {
      now_.test_stage = is_test_stage(phase);
      for (const Step& step : phase.steps) {
        if (step.action.value == "Reboot" && !step.condition) ++now_.reboots;
        const StepFiles files = step_files(step, context_->scripts);
        if (files.runs_again) check_marks(files);
        for (const PathUse& made : files.made)
          remember(made.path);
        for (const PathUse& used : files.used)
          check_use(used);
      }
    }
  }

 private:
  struct Time {
    bool test_stage = false;
    std::size_t reboots = 0;
  };

  /// What a script looks for before it makes it, for the time after the reboot that it asks for.
  void check_marks(const StepFiles& files) {
    for (const PathUse& used : files.used) {
      const auto made = std::ranges::find(files.made, used.path, &PathUse::path);
      if (is_temporary(used.path) && made != files.made.end() && used.range.begin.offset < made->range.begin.offset)
        report_reboot(used);
    }
  }

  void report_reboot(const PathUse& use) {
    report_->add(use.range,
                 "a reboot lies before this, which empties " + in_backticks(std::string(temporary_folder(use.path))) +
                     " on many systems",
                 "keep it in /var/tmp until then");
  }

  void remember(std::string path) {
    while (path.size() > 1 && path.ends_with('/'))
      path.pop_back();
    if (is_temporary(path)) made_[path] = now_;
  }

  void check_use(const PathUse& use) {
    if (!is_temporary(use.path)) return;
    for (std::string path = use.path; is_temporary(path); path.resize(path.rfind('/'))) {
      const auto made = made_.find(path);
      if (made == made_.end()) continue;
      if (now_.test_stage && !made->second.test_stage) {
        report_->add(use.range,
                     "the test stage runs on another machine: what the build has put into " +
                         in_backticks(std::string(temporary_folder(use.path))) + " is not there",
                     "make it in this phase too, or keep it where the image keeps it, such as /opt");
      } else if (now_.test_stage == made->second.test_stage && made->second.reboots != now_.reboots) {
        report_reboot(use);
      }
      return;
    }
  }

  const RuleContext* context_;
  RuleReport* report_;
  Time now_ = {};
  std::map<std::string, Time, std::less<>> made_ = {};
};

void check_temporary_files(const RuleContext& context, RuleReport& report) {
  TemporaryFiles(context, report).check();
}

/// SVC-87: what the service removes before it makes the image.
void check_cleanup(const RuleContext& context, RuleReport& report) {
  if (context.document.source->text().find("skip_cleanup") != std::string_view::npos) return;
  for (const Phase& phase : context.document.phases) {
    if (is_test_stage(phase)) continue;
    for (const Step& step : phase.steps) {
      for (const PathUse& made : step_files(step, context.scripts).made) {
        const bool is_key = (made.path.starts_with("/root/") || made.path.starts_with("/home/")) &&
                            made.path.ends_with("/.ssh/authorized_keys");
        if (!is_key && made.path != "/etc/hostname") continue;
        report.add(made.range, "Image Builder removes " + in_backticks(made.path) + " before it makes the image",
                   is_key ? "make it when an instance starts, or create /tmp/skip_cleanup_ssh_files in this step"
                          : "set the name when an instance starts");
      }
    }
  }
}

bool empties_temporary_folder(const ShellCommand& command) {
  if (program_name(command) != "rm") return false;
  constexpr auto all = std::to_array<std::string_view>({"/tmp", "/tmp/", "/tmp/*", "/tmp/."});
  return std::ranges::any_of(command.words,
                             [&all](const ShellWord& word) { return std::ranges::find(all, word.text) != all.end(); });
}

/// The service leaves a mark in its working folder, and cleans up only if it is still there.
void check_cleanup_mark(const RuleContext& context, RuleReport& report) {
  for (const StepScript& script : context.scripts) {
    if (is_test_stage(script.phase())) continue;
    for (const ShellCommand& command : script.shell().commands) {
      if (!empties_temporary_folder(command)) continue;
      report.add(
          script.range(command),
          "this removes `/tmp/perform_cleanup` too, without which Image Builder leaves keys and logs of the build "
          "in the image",
          "remove by name what the component has made");
    }
  }
}

/// SVC-86: whether something needs what only a booted machine has.
bool needs_booted_machine(const ShellCommand& command) {
  const std::string_view program = program_name(command);
  if (program == "sysctl" || program == "modprobe" || program == "service" || program == "reboot") return true;
  constexpr auto verbs = std::to_array<std::string_view>({"start", "restart", "reload", "is-active", "status"});
  return program == "systemctl" && std::ranges::any_of(command.words, [&verbs](const ShellWord& word) {
           return std::ranges::find(verbs, word.text) != verbs.end();
         });
}

void check_container(const RuleContext& context, RuleReport& report) {
  const auto& phases = context.document.phases;
  const bool for_containers =
      std::ranges::any_of(phases, [](const Phase& phase) { return phase.name.value == "container-host-test"; });
  if (!for_containers) return;
  const std::string message = "a container recipe builds without init: ";
  for (const Phase& phase : phases) {
    if (is_test_stage(phase)) continue;
    for (const Step& step : phase.steps) {
      if (step.action.value == "Reboot" && !step.condition)
        report.add(step.action.range, message + "nothing reboots there", "remove the step");
    }
  }
  for (const StepScript& script : context.scripts) {
    if (is_test_stage(script.phase()) || script.step().condition) continue;
    for (const ShellCommand& command : script.shell().commands) {
      if (!needs_booted_machine(command) || command.after == ShellSeparator::or_else) continue;
      report.add(script.range(command), message + "no service, and no kernel of its own, is there",
                 "start programs with the container's command");
    }
  }
}

constexpr auto stage_table = std::to_array<LintRule>({
    {{"temporary-file-lost", Severity::warning, "GOTCHA-12"}, check_temporary_files},
    {{"removed-by-cleanup", Severity::warning, "SVC-87"}, check_cleanup},
    {{"cleanup-mark-removed", Severity::warning, "SVC-87"}, check_cleanup_mark},
    {{"container-without-init", Severity::warning, "SVC-86"}, check_container},
});

}  // namespace

std::span<const LintRule> stage_rules() {
  return stage_table;
}

}  // namespace ibtest
