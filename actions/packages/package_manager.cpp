#include "actions/packages/package_manager.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "actions/commands/executable_search.hpp"

namespace ibtest {

namespace {

/// A package manager that UpdateOS does not use, and how a script updates everything with it.
struct OtherManager {
  const char* program;
  std::string_view command;
};

constexpr std::array<OtherManager, 5> other_managers = {{
    {"dnf", "dnf -y upgrade"},
    {"microdnf", "microdnf -y upgrade"},
    {"zypper", "zypper --non-interactive update"},
    {"apk", "apk upgrade"},
    {"pacman", "pacman -Syu --noconfirm"},
}};

/// The value of a line `NAME=value` or `NAME="value"`.
std::string_view os_release_value(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(name) || !line.substr(name.size()).starts_with('=')) continue;
    line.remove_prefix(name.size() + 1);
    const bool quoted = line.size() > 1 && (line.front() == '"' || line.front() == '\'') && line.back() == line.front();
    return quoted ? line.substr(1, line.size() - 2) : line;
  }
  return {};
}

}  // namespace

PackageManager detect_package_manager(std::string_view os_release,
                                      const std::map<std::string, std::string>& environment,
                                      const std::filesystem::path& working_directory) {
  const auto has = [&](const char* program) {
    return find_executable(program, environment, working_directory).error.empty();
  };
  PackageManager manager;
  manager.on_amazon_linux_2023 =
      os_release_value(os_release, "ID") == "amzn" && os_release_value(os_release, "VERSION_ID").substr(0, 4) == "2023";
  if (has("yum")) return manager;
  manager.kind = PackageManager::Kind::apt_get;
  if (has("apt-get")) return manager;
  manager.error = "the target has neither yum nor apt-get in PATH, and UpdateOS works with these only";
  for (const OtherManager& other : other_managers) {
    if (!has(other.program)) continue;
    manager.error +=
        fmt::format("; it has {}: update with `{}` in an ExecuteBash step instead", other.program, other.command);
    break;
  }
  return manager;
}

std::string read_os_release() {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    std::ostringstream text;
    if (std::ifstream file(path); file && text << file.rdbuf()) return std::move(text).str();
  }
  return {};
}

}  // namespace ibtest
