#include "agent/sandbox/user_namespace.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <iterator>
#include <sched.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/sandbox/text_of_file.hpp"

namespace ibtest {

namespace {

// What a distribution's own users need: `nobody` is 65534.
constexpr unsigned long needed_ids = 65536;

// A static program cannot ask directories of users; where this one's is not in the file, the environment knows the
// name.
std::string user_name() {
  std::ifstream users("/etc/passwd");
  const std::string id = std::to_string(::getuid());
  std::string name;
  std::string password;
  std::string number;
  for (std::string line; std::getline(users, line);) {
    std::istringstream fields(line);
    std::getline(fields, name, ':');
    std::getline(fields, password, ':');
    if (std::getline(fields, number, ':') && number == id) return name;
  }
  const char* given = std::getenv("USER");
  return given != nullptr && *given != '\0' ? given : id;
}

SubordinateIds required_ids(const char* file, const char* option) {
  const std::string user = user_name();
  if (const auto ids = find_subordinate_ids(text_of_file(file), user, ::getuid())) return *ids;
  throw Fault(ExitStatus::target_failed,
              std::string("the user ") + user + " has no " + std::to_string(needed_ids) + " subordinate ids in " + file,
              std::string("A sandbox of an ordinary user needs them. As root: usermod ") + option + " 100000-165535 " +
                  user + "; or run ibtest as root.");
}

// The exit status; 127 when it could not be started.
int run_program(std::vector<std::string> command_line) {
  std::vector<char*> arguments;
  arguments.reserve(command_line.size() + 1);
  for (std::string& argument : command_line)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t child = -1;
  if (::posix_spawnp(&child, arguments.front(), nullptr, nullptr, arguments.data(), environ) != 0) return 127;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

int map_ids(const char* program, pid_t process, unsigned long own, const SubordinateIds& ids) {
  return run_program({program, std::to_string(process), "0", std::to_string(own), "1", "1", std::to_string(ids.first),
                      std::to_string(ids.count)});
}

// Statuses of the helper.
constexpr int no_newuidmap = 1;
constexpr int refused = 2;

// Waits until the process is in its user namespace, then maps its ids, which only a process outside may do.
[[noreturn]] void map_from_outside(const FileDescriptor& start, pid_t process, const SubordinateIds& users,
                                   const SubordinateIds& groups) {
  char byte = 0;
  if (::read(start.get(), &byte, 1) != 1) ::_exit(0);  // there is no namespace
  int status = map_ids("newuidmap", process, ::getuid(), users);
  if (status == 0) status = map_ids("newgidmap", process, ::getgid(), groups);
  ::_exit(status == 0 ? 0 : status == 127 ? no_newuidmap : refused);
}

bool setting_is(const char* path, char value) {
  const std::string text = text_of_file(path);
  return !text.empty() && text.front() == value;
}

std::string remedy_of(int error_number) {
  if (setting_is("/proc/sys/user/max_user_namespaces", '0')) {
    return "User namespaces are turned off here: sysctl user.max_user_namespaces=10000, or run ibtest as root.";
  }
  if (setting_is("/proc/sys/kernel/unprivileged_userns_clone", '0')) {
    return "User namespaces of ordinary users are turned off here: sysctl kernel.unprivileged_userns_clone=1, or run "
           "ibtest as root.";
  }
  if (setting_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1') && ::getuid() != 0) {
    return "AppArmor keeps ordinary users from it here: sysctl kernel.apparmor_restrict_unprivileged_userns=0, or run "
           "ibtest as root.";
  }
  if (error_number == EPERM || error_number == EACCES) {
    return "Inside of a container this needs the right to mount: docker run --privileged, for example.";
  }
  return "See `dmesg` for the kernel's reason.";
}

}  // namespace

std::optional<SubordinateIds> find_subordinate_ids(std::string_view file, const std::string& user, uid_t id) {
  while (!file.empty()) {
    const std::size_t end = file.find('\n');
    const std::string_view line = file.substr(0, end);
    file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, first);
    if (name != user && name != std::to_string(id)) continue;
    const auto number = [](std::string_view text) {
      unsigned long value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return value;
    };
    const SubordinateIds ids{number(line.substr(first + 1, second - first - 1)), number(line.substr(second + 1))};
    if (ids.first > 0 && ids.count >= needed_ids) return ids;
  }
  return std::nullopt;
}

Fault namespace_fault(const std::string& what, int error_number) {
  return {ExitStatus::target_failed, system_error_text(what, error_number), remedy_of(error_number)};
}

void enter_user_namespace() {
  const SubordinateIds users = required_ids("/etc/subuid", "--add-subuids");
  const SubordinateIds groups = required_ids("/etc/subgid", "--add-subgids");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Fault(ExitStatus::target_failed, system_error_text("making a pipe", errno));
  }
  const FileDescriptor start(ends[0]);
  FileDescriptor say_start(ends[1]);
  const pid_t process = ::getpid();
  const pid_t mapper = ::fork();
  if (mapper < 0) throw Fault(ExitStatus::target_failed, system_error_text("starting a process", errno));
  if (mapper == 0) {
    say_start = FileDescriptor();
    map_from_outside(start, process, users, groups);
  }
  const int error = ::unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
  if (error == 0) static_cast<void>(write_all(say_start.get(), "x"));
  say_start = FileDescriptor();
  int status = 0;
  while (::waitpid(mapper, &status, 0) < 0 && errno == EINTR) {
  }
  if (error != 0) throw namespace_fault("making a user namespace", error);
  if (!WIFEXITED(status) || WEXITSTATUS(status) == refused) {
    throw Fault(ExitStatus::target_failed, "newuidmap or newgidmap refused to map the subordinate ids of this user",
                "Their entries in /etc/subuid and /etc/subgid must be this user's; or run ibtest as root.");
  }
  if (WEXITSTATUS(status) == no_newuidmap) {
    throw Fault(ExitStatus::target_failed, "the programs newuidmap and newgidmap are not installed",
                "A sandbox of an ordinary user needs them: install the package uidmap (Debian, Ubuntu) or "
                "shadow-utils; or run ibtest as root.");
  }
  if (::setgroups(0, nullptr) != 0 || ::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0) {
    throw namespace_fault("becoming root of the user namespace", errno);
  }
}

}  // namespace ibtest
