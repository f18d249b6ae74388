#include <set>

#include <fmt/format.h>

#include "actions/packages/installed_packages.hpp"
#include "actions/packages/package_hold.hpp"
#include "actions/packages/service_policy.hpp"
#include "actions/packages/system_update.hpp"

namespace ibtest {

namespace {

// Questions about changed settings files: the default where there is one, else the target's file stays.
std::vector<std::string> apt_get_changing() {
  return {"apt-get", "-y", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"};
}

bool is_excluded(const InstalledPackage& package, const UpdateLists& lists) {
  for (const std::string& entry : lists.exclude) {
    if (package.is_meant_by(entry)) return true;
  }
  return false;
}

std::vector<std::string> names_to_hold(const UpdateLists& lists, const InstalledPackages& installed,
                                       ActionContext& context) {
  std::vector<std::string> names;
  for (const InstalledPackage& package : installed.list) {
    if (!package.held && is_excluded(package, lists)) names.push_back(package.name);
  }
  for (const std::string& entry : lists.exclude) {
    if (!installed.has(entry)) context.log(fmt::format("{} in `exclude` means no installed package", entry));
  }
  return names;
}

/// `include` as names of installed packages: apt-get fails on names that it does not know, and takes what has wildcards
/// for a regular expression (UPDATEOS-7).
std::set<std::string> names_to_update(const UpdateLists& lists, const InstalledPackages& installed,
                                      ActionContext& context) {
  std::set<std::string> names;
  for (const std::string& entry : lists.include) {
    if (!installed.has(entry)) context.warn(fmt::format("{} is not installed, and UpdateOS adds no packages", entry));
    for (const InstalledPackage& package : installed.list) {
      if (!package.is_meant_by(entry)) continue;
      if (is_excluded(package, lists)) {
        context.log(fmt::format("{} is in `exclude` too and is not updated", package.name));
      } else if (package.held && has_wildcard(entry)) {
        context.log(fmt::format("{} is on hold and is not updated", package.name));
      } else {
        names.insert(package.name);
      }
    }
  }
  return names;
}

void warn_of_no_update(const UpdateLists& lists, const InstalledPackages& before, PackageProcess& processes) {
  const InstalledPackages after = query_dpkg(processes);
  if (!after.error.empty()) return;
  for (const std::string& entry : lists.include) {
    if (before.has(entry) && !fits_any(entry, lists.exclude) && !before.changed(entry, after))
      processes.context().warn(fmt::format("{} has no update", entry));
  }
}

ActionResult upgrade(const std::set<std::string>& only, PackageProcess& processes) {
  const ServicePolicy policy(processes.context());
  auto command_line = apt_get_changing();
  if (only.empty()) {
    command_line.emplace_back("upgrade");
  } else {
    command_line.insert(command_line.end(), {"install", "--only-upgrade"});
    command_line.insert(command_line.end(), only.begin(), only.end());
  }
  const ProcessResult upgraded = processes.change(std::move(command_line));
  if (upgraded.error.empty()) return ActionResult::success();
  return failed_update(only.empty() ? "apt-get upgrade" : "apt-get install --only-upgrade", upgraded,
                       processes.context());
}

}  // namespace

ActionResult update_with_apt(const UpdateLists& lists, PackageProcess& processes) {
  ActionContext& context = processes.context();
  // First of all: most images have no package lists (EMU-UPDATEOS-2).
  const ProcessResult refreshed = processes.change({"apt-get", "-y", "update"});
  if (!refreshed.error.empty()) return failed_update("apt-get update", refreshed, context);
  if (refreshed.standard_error_tail.find("Some index files failed to download") != std::string::npos) {
    // For apt-get this is no error.
    context.warn("not all package repositories could be read; updates that only those have are not installed");
  }
  if (lists.include.empty() && lists.exclude.empty()) return upgrade({}, processes);

  const InstalledPackages installed = query_dpkg(processes);
  if (!installed.error.empty())
    return ActionResult::failure("UpdateOS: cannot tell what is installed: " + installed.error);
  const auto names = names_to_update(lists, installed, context);
  if (!lists.include.empty() && names.empty()) {  // without names everything would be updated
    context.log("nothing to update");
    return ActionResult::success();
  }
  ActionResult result;
  {
    const PackageHold hold(processes, names_to_hold(lists, installed, context));
    if (!hold.result().error.empty()) return failed_update("apt-mark hold", hold.result(), context);
    result = upgrade(names, processes);
  }
  if (result.outcome == ActionResult::Outcome::success) warn_of_no_update(lists, installed, processes);
  return result;
}

}  // namespace ibtest
