#include <fmt/format.h>

#include "actions/packages/installed_packages.hpp"
#include "actions/packages/system_update.hpp"

namespace ibtest {

namespace {

// yum knows more than names: groups, and packages by a file of theirs.
bool only_yum_can_tell(const std::string& entry) {
  return entry.starts_with('@') || entry.find('/') != std::string::npos;
}

/// The entries of `include` to pass on. What is not installed stays out: of such names alone yum makes a failure
/// (UPDATEOS-7).
std::vector<std::string> entries_to_update(const UpdateLists& lists, const InstalledPackages& installed,
                                           ActionContext& context) {
  std::vector<std::string> entries;
  for (const std::string& entry : lists.include) {
    if (fits_any(entry, lists.exclude)) {
      context.log(fmt::format("{} is in `exclude` too and is not updated", entry));
    } else if (installed.error.empty() && !only_yum_can_tell(entry) && !installed.has(entry)) {
      context.warn(fmt::format("{} is not installed, and UpdateOS adds no packages", entry));
    } else {
      entries.push_back(entry);
    }
  }
  return entries;
}

}  // namespace

ActionResult update_with_yum(const UpdateLists& lists, PackageProcess& processes) {
  ActionContext& context = processes.context();
  std::vector<std::string> command_line = {"yum", "-y", "update"};
  for (const std::string& entry : lists.exclude)
    command_line.push_back("--exclude=" + entry);
  if (lists.include.empty()) {
    const ProcessResult updated = processes.change(std::move(command_line));
    return updated.error.empty() ? ActionResult::success() : failed_update("yum update", updated, context);
  }
  const InstalledPackages before = query_rpm(processes);
  if (!before.error.empty()) context.log("cannot tell what is installed: " + before.error);
  const auto entries = entries_to_update(lists, before, context);
  if (entries.empty()) {  // without names yum would update everything
    context.log("nothing to update");
    return ActionResult::success();
  }
  command_line.insert(command_line.end(), entries.begin(), entries.end());
  const ProcessResult updated = processes.change(std::move(command_line));
  if (!updated.error.empty()) return failed_update("yum update", updated, context);
  const InstalledPackages after = before.error.empty() ? query_rpm(processes) : before;
  if (!after.error.empty()) return ActionResult::success();
  for (const std::string& entry : entries) {
    if (!only_yum_can_tell(entry) && !before.changed(entry, after))
      context.warn(fmt::format("{} has no update", entry));
  }
  return ActionResult::success();
}

}  // namespace ibtest
