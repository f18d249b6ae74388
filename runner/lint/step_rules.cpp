#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actions/action.hpp"
#include "agent/document/unicode.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

void check_continue(const RuleContext& context, RuleReport& report) {
  for (const Phase& phase : context.document.phases) {
    for (const Step& step : phase.steps) {
      if (step.on_failure == OnFailure::keep_going)
        report.add(step.on_failure_range, "when this step fails the next ones run, and the build fails all the same",
                   "write `Ignore` if the failure does not matter");
    }
  }
}

void check_phase_order(const RuleContext& context, RuleReport& report) {
  const auto& phases = context.document.phases;
  const auto build = std::ranges::find_if(phases, [](const Phase& phase) { return phase.name.value == "build"; });
  const auto validate = std::ranges::find_if(phases, [](const Phase& phase) { return phase.name.value == "validate"; });
  if (build == phases.end() || validate == phases.end() || build < validate) return;
  report.add(validate->name.range, "phases run in the order in which they are written: `validate` runs before `build`",
             "move it behind `build`");
}

/// What a document does with the services of the system, by name.
struct ServiceUse {
  std::map<std::string, std::pair<const StepScript*, const ShellCommand*>, std::less<>> started;
  std::set<std::string, std::less<>> enabled;
  std::set<std::string, std::less<>> tested;
  std::set<std::string, std::less<>> started_by_test;
  bool all_enabled = false;  ///< by what cannot be read
};

std::string service_name(std::string_view word) {
  constexpr std::string_view suffix = ".service";
  if (word.ends_with(suffix)) word.remove_suffix(suffix.size());
  return std::string(word);
}

class ServiceReader {
 public:
  explicit ServiceReader(const RuleContext& context) {
    for (const StepScript& script : context.scripts) {
      script_ = &script;
      in_test_ = script.phase().name.value == "test";
      for (const ShellCommand& command : script.shell().commands)
        read(command);
    }
  }

  [[nodiscard]] const ServiceUse& use() const { return use_; }

 private:
  void read(const ShellCommand& command) {
    const std::string_view program = program_name(command);
    std::vector<std::string_view> words;
    bool now = false;
    bool literal = true;
    for (std::size_t index = program_index(command) + 1; index < command.words.size(); ++index) {
      const ShellWord& word = command.words[index];
      if (word.text == "--now") now = true;
      literal = literal && word.literal;
      if (!word.text.starts_with('-')) words.push_back(word.text);
    }
    if (program == "systemctl" && !words.empty()) {
      const std::string_view verb = words.front();
      words.erase(words.begin());
      if (!literal && (verb == "enable" || verb == "preset")) use_.all_enabled = true;
      for (const std::string_view word : words)
        note(verb, service_name(word), command, now);
    } else if (program == "service" && words.size() == 2) {
      note(words[1], service_name(words[0]), command, false);
    } else if (program == "chkconfig" && !words.empty()) {
      use_.enabled.insert(service_name(words.back() == "on" ? words.front() : words.back()));
    } else if (program == "update-rc.d" || program == "rc-update" || program == "systemd-sysv-install" ||
               program == "apt-get" || program == "apt" || program == "dpkg" || program == "ansible-playbook") {
      // Packages of Debian enable their services themselves.
      use_.all_enabled = true;
    }
  }

  void note(std::string_view verb, const std::string& service, const ShellCommand& command, bool now) {
    if (verb == "enable" || verb == "preset" || verb == "reenable" || verb == "link") {
      use_.enabled.insert(service);
      if (now && in_test_) use_.started_by_test.insert(service);
    } else if (verb == "start" || verb == "restart" || verb == "reload-or-restart") {
      if (in_test_) {
        use_.started_by_test.insert(service);
      } else if (verb == "start") {  // what is only restarted may have been there, and enabled, before
        use_.started.try_emplace(service, script_, &command);
      }
    } else if (in_test_ && (verb == "is-active" || verb == "status" || verb == "reload")) {
      use_.tested.insert(service);
    }
  }

  ServiceUse use_;
  const StepScript* script_ = nullptr;
  bool in_test_ = false;
};

void check_services(const RuleContext& context, RuleReport& report) {
  const ServiceReader reader(context);
  const ServiceUse& use = reader.use();
  if (use.all_enabled) return;
  for (const auto& [service, place] : use.started) {
    if (!use.tested.contains(service) || use.enabled.contains(service) || use.started_by_test.contains(service))
      continue;
    report.add(place.first->range(*place.second),
               "the phase `test` runs on a new instance, on which nothing starts " + in_backticks(service),
               "write " + in_backticks("systemctl enable --now " + service));
  }
}

bool is_unix_path(std::string_view path) {
  constexpr auto roots = std::to_array<std::string_view>(
      {"/etc/", "/var/", "/usr/", "/opt/", "/home/", "/root/", "/tmp/", "/bin/", "/srv/"});
  return std::ranges::any_of(roots, [path](std::string_view root) { return path.starts_with(root); });
}

/// "C:/...". With a backslash it is another rule's finding.
bool begins_with_drive(std::string_view path) {
  if (path.size() < 3 || path[1] != ':' || path[2] != '/') return false;
  return (path[0] >= 'a' && path[0] <= 'z') || (path[0] >= 'A' && path[0] <= 'Z');
}

bool is_path(InputRule rule) {
  return rule == InputRule::path || rule == InputRule::file_path || rule == InputRule::path_with_wildcard;
}

void check_item_paths(const ActionModule& module, const YamlNode& item, Platform platform, RuleReport& report) {
  for (const InputField& field : module.inputs) {
    const YamlNode* const value = item.find(field.name);
    if (!is_path(field.rule) || value == nullptr || !value->is_scalar()) continue;
    if (platform == Platform::windows && is_unix_path(value->text)) {
      report.add(value->range, "this is a path of Linux, and the document is for Windows",
                 "write a path with a drive, such as `C:\\ProgramData\\app`");
    } else if (platform != Platform::windows && begins_with_drive(value->text)) {
      report.add(value->range, "this is a path of Windows, and the document is not for Windows",
                 "write a path that begins with `/`");
    }
  }
}

void check_platform_paths(const RuleContext& context, RuleReport& report) {
  for (const Phase& phase : context.document.phases) {
    for (const Step& step : phase.steps) {
      const ActionModule* const module = find_action(step.action.value);
      // A step with a condition may be for another platform.
      if (module == nullptr || !step.inputs || step.condition) continue;
      if (step.inputs->is_mapping()) check_item_paths(*module, *step.inputs, context.platform, report);
      for (const YamlNode& item : step.inputs->items)
        check_item_paths(*module, item, context.platform, report);
    }
  }
}

constexpr auto step_table = std::to_array<LintRule>({
    {{"continue-fails-build", Severity::hint, "STEP-9"}, check_continue},
    {{"validate-before-build", Severity::warning, "SVC-85"}, check_phase_order},
    {{"service-not-enabled", Severity::warning, "GOTCHA-12"}, check_services},
    {{"path-of-other-platform", Severity::warning, "PATH-1"}, check_platform_paths},
});

}  // namespace

std::span<const LintRule> step_rules() {
  return step_table;
}

}  // namespace ibtest
