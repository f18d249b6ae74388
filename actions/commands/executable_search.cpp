#include "actions/commands/executable_search.hpp"

#include <algorithm>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ibtest {

bool is_executable_file(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

FoundExecutable find_executable(const std::string& name, const std::map<std::string, std::string>& environment,
                                const std::filesystem::path& working_directory) {
  if (name.find('/') != std::string::npos) return {name, {}};
  const auto path = environment.find("PATH");
  std::string_view rest = path == environment.end() ? std::string_view() : std::string_view(path->second);
  while (!name.empty() && !rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::filesystem::path candidate = working_directory / rest.substr(0, end) / name;
    if (is_executable_file(candidate)) return {candidate.string(), {}};
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {{}, fmt::format("exec: \"{}\": executable file not found in $PATH", name)};
}

}  // namespace ibtest
