#include "runner/subprocess/run_owner.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

namespace ibtest {

std::string start_time_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string stat((std::istreambuf_iterator<char>(file)), {});
  // The second field, the name, may hold blanks and parentheses.
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(stat.substr(name_end + 1));
  constexpr int fields_after_name = 20;  // the 22nd of all
  std::string field;
  for (int i = 0; i < fields_after_name; ++i) {
    fields >> field;
    if (i == 0 && (field == "Z" || field == "X")) return {};
  }
  return field;
}

RunOwner current_owner() {
  RunOwner owner;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> owner.boot_id;
  struct stat status {};
  if (::stat("/proc/self/ns/pid", &status) == 0) owner.pid_namespace = std::to_string(status.st_ino);
  owner.pid = ::getpid();
  owner.start_time = start_time_of(owner.pid);
  return owner;
}

std::string format_owner(const RunOwner& owner) {
  return fmt::format("{}:{}:{}:{}", owner.boot_id, owner.pid_namespace, owner.pid, owner.start_time);
}

std::optional<RunOwner> parse_owner(std::string_view label) {
  std::vector<std::string> parts(1);
  for (const char c : label) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() != 4) return std::nullopt;
  for (const auto& part : parts) {
    if (part.empty()) return std::nullopt;
  }
  RunOwner owner{.boot_id = parts[0], .pid_namespace = parts[1], .pid = 0, .start_time = parts[3]};
  const auto& pid = parts[2];
  const auto [end, error] = std::from_chars(pid.data(), pid.data() + pid.size(), owner.pid);
  if (error != std::errc{} || end != pid.data() + pid.size() || owner.pid <= 0) return std::nullopt;
  return owner;
}

OwnerState state_of(const RunOwner& owner) {
  const RunOwner here = current_owner();
  if (owner.boot_id != here.boot_id) return OwnerState::other_boot;
  if (owner.pid_namespace != here.pid_namespace) return OwnerState::unknown;
  return start_time_of(owner.pid) == owner.start_time ? OwnerState::alive : OwnerState::gone;
}

}  // namespace ibtest
