#include <array>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/action_context.hpp"
#include "actions/action_inputs.hpp"
#include "actions/checks/check_values.hpp"
#include "actions/commands/executable_search.hpp"
#include "actions/modules.hpp"
#include "actions/packages/package_manager.hpp"
#include "actions/packages/system_update.hpp"
#include "agent/document/findings.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows};
constexpr std::array input_fields = {
    InputField{.name = "include",
               .type = InputType::string_list,
               .default_value = "",
               .description = "What to update: package names, on Windows KB numbers or update names; all without it."},
    InputField{.name = "exclude",
               .type = InputType::string_list,
               .default_value = "",
               .description = "What not to update, in the same forms."},
};

/// Why an entry is no name of a package: programs would take it for an option. Empty when it is one.
std::string unusable_name(std::string_view entry) {
  if (entry.empty()) return "is empty";
  if (entry.front() == '-') return "begins with `-`, which no package name does";
  if (entry.find_first_of(std::string_view(" \t\r\n\0", 5)) != std::string_view::npos)
    return "holds white space; give each package an entry of its own";
  return {};
}

void check_item(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  for (const InputField& field : input_fields) {
    const YamlNode* list = item.find(field.name);
    if (list == nullptr || !list->is_sequence()) continue;
    for (const YamlNode& entry : list->items) {
      if (!entry.is_scalar() || !is_known_text(entry) || !entry.text.empty()) continue;
      findings.add("empty-item"_code, entry.range, fmt::format("this entry of `{}` is empty", field.name),
                   "remove it, or name a package");
    }
  }
}

std::string unusable_entry(const ActionInputs::Item& item) {
  for (const InputField& field : input_fields) {
    std::size_t index = 0;
    for (const std::string& entry : item.list(field.name)) {
      if (auto reason = unusable_name(entry); !reason.empty())
        return fmt::format("{}[{}] {}", field.name, index, reason);
      ++index;
    }
  }
  return {};
}

// The exit codes of package managers decide (UPDATEOS-11); none of them asks for a reboot (UPDATEOS-10).
ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  if (context.skips_updates()) {
    context.warn("skipped by option `--update-os=skip`");  // EMU-UPDATEOS-5
    return ActionResult::success();
  }
  const auto& item = inputs.object();
  if (const auto reason = unusable_entry(item); !reason.empty()) return ActionResult::failure("UpdateOS: " + reason);
  const auto manager = detect_package_manager(read_os_release(), context.environment(), context.working_directory());
  if (!manager.error.empty()) return ActionResult::failure("UpdateOS: " + manager.error);
  const bool is_root = ::geteuid() == 0;
  if (!is_root && !find_executable("sudo", context.environment(), context.working_directory()).error.empty()) {
    return ActionResult::failure(
        "UpdateOS: error.Input: updates need root, and there is no sudo in PATH; run ibtest as root");  // UPDATEOS-3
  }
  PackageProcess processes(context, !is_root);
  const UpdateLists lists{item.list("include"), item.list("exclude")};
  if (manager.kind == PackageManager::Kind::apt_get) return update_with_apt(lists, processes);
  if (manager.on_amazon_linux_2023) {
    const auto refusal = context.tolerate(
        "UpdateOS is documented as not supporting Amazon Linux 2023: its yum stays within the release that the machine "
        "was made from, so usually nothing is updated. Use `dnf -y upgrade --releasever=latest` in an ExecuteBash "
        "step");  // UPDATEOS-4
    if (!refusal.empty()) return ActionResult::failure("UpdateOS: " + refusal);
  }
  return update_with_yum(lists, processes);
}

}  // namespace

constinit const ActionModule modules::update_os = {
    .name = "UpdateOS",
    .summary = "Installs the updates that the operating system has for what is installed.",
    .platforms = platforms,
    .inputs_optional = true,
    .inputs = input_fields,
    .check_item = check_item,
    .run = run,
};

}  // namespace ibtest
