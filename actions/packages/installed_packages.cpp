#include "actions/packages/installed_packages.hpp"

#include <algorithm>
#include <fnmatch.h>
#include <functional>
#include <set>
#include <span>

#include "actions/inputs/split.hpp"

namespace ibtest {

namespace {

/// The packages of a query that prints one line of so many fields, with tabs between them, for each.
InstalledPackages query(PackageProcess& processes, std::vector<std::string> command_line, std::size_t field_count,
                        const std::function<void(std::span<const std::string>, InstalledPackages&)>& add) {
  InstalledPackages packages;
  const std::string program = command_line.front();
  const ProcessResult result = processes.query(std::move(command_line));
  if (!result.error.empty()) {
    packages.error = program + ": " + result.error;
    return packages;
  }
  for (const std::string_view line : split(result.standard_output, '\n')) {
    const auto parts = split(line, '\t');
    const std::vector<std::string> fields(parts.begin(), parts.end());
    if (fields.size() == field_count) add(fields, packages);
  }
  return packages;
}

// A name may be there several times: kernels are installed beside each other.
std::set<std::string> versions_of(const std::string& name, const InstalledPackages& packages) {
  std::set<std::string> versions;
  for (const InstalledPackage& package : packages.list) {
    if (package.name == name) versions.insert(package.version);
  }
  return versions;
}

bool fits(const std::string& name, const std::string& pattern) {
  return name == pattern || ::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

}  // namespace

bool has_wildcard(std::string_view entry) {
  return entry.find_first_of("*?[") != std::string_view::npos;
}

bool fits_any(const std::string& name, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [&name](const std::string& pattern) { return fits(name, pattern); });
}

bool InstalledPackage::is_meant_by(const std::string& entry) const {
  return std::ranges::any_of(names, [&entry](const std::string& one) { return fits(one, entry); });
}

bool InstalledPackages::has(const std::string& entry) const {
  return std::ranges::any_of(list, [&entry](const InstalledPackage& package) { return package.is_meant_by(entry); });
}

bool InstalledPackages::changed(const std::string& entry, const InstalledPackages& later) const {
  return std::ranges::any_of(list, [&](const InstalledPackage& package) {
    return package.is_meant_by(entry) && versions_of(package.name, *this) != versions_of(package.name, later);
  });
}

InstalledPackages query_dpkg(PackageProcess& processes) {
  const std::string format = "${Status}\\t${binary:Package}\\t${Package}\\t${Architecture}\\t${Version}\\n";
  return query(processes, {"dpkg-query", "-W", "-f", format}, 5,
               [](std::span<const std::string> fields, InstalledPackages& packages) {
                 // "install ok installed": what is wanted, errors, what is. Others have left no more than settings.
                 if (!fields[0].ends_with(" installed")) return;
                 packages.list.push_back({.name = fields[1],
                                          .names = {fields[2], fields[2] + ":" + fields[3]},
                                          .version = fields[4],
                                          .held = fields[0].starts_with("hold ")});
               });
}

InstalledPackages query_rpm(PackageProcess& processes) {
  const std::string format = "%{NAME}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\n";
  return query(processes, {"rpm", "-qa", "--qf", format}, 4,
               [](std::span<const std::string> fields, InstalledPackages& packages) {
                 const std::string with_version = fields[0] + "-" + fields[1];
                 const std::string with_release = with_version + "-" + fields[2];
                 packages.list.push_back({.name = fields[0] + "." + fields[3],
                                          .names = {fields[0], fields[0] + "." + fields[3], with_version, with_release,
                                                    with_release + "." + fields[3]},
                                          .version = fields[1] + "-" + fields[2]});
               });
}

}  // namespace ibtest
