#include "agent/sandbox/sandbox.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <iterator>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/sandbox_layout.hpp"
#include "agent/sandbox/confinement.hpp"
#include "agent/sandbox/kernel_views.hpp"
#include "agent/sandbox/layers.hpp"
#include "agent/sandbox/mount_calls.hpp"
#include "agent/sandbox/name_service.hpp"
#include "agent/sandbox/user_namespace.hpp"

namespace ibtest {

namespace {

// mount_setattr() came with 5.12, overlays of ordinary users with 5.11.
void require_kernel() {
  utsname machine{};
  ::uname(&machine);
  int major = 0;
  int minor = 0;
  const auto* const release = static_cast<const char*>(machine.release);
  if (std::sscanf(release, "%d.%d", &major, &minor) == 2 && (major > 5 || (major == 5 && minor >= 12))) return;
  throw Fault(ExitStatus::target_failed, std::string("a sandbox needs Linux 5.12 or later, and this is ") + release,
              "Use a container engine: --target docker:IMAGE or podman:IMAGE.");
}

constexpr int killed = 128 + SIGKILL;

// New rights have cancelled what whoever started this process had asked for.
void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(killed);
}

// The same for the first process of a namespace, which cannot see its parent. That holds the other end of the pipe, and
// writes to it when it is ready.
void die_with_parent_at(const FileDescriptor& pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  char byte = 0;
  if (::read(pipe.get(), &byte, 1) != 1) ::_exit(killed);
  pollfd parent{.fd = pipe.get(), .events = 0, .revents = 0};
  if (::poll(&parent, 1, 0) != 0) ::_exit(killed);
}

void bring_up_loopback() {
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
    throw namespace_fault("setting up the loopback interface", errno);
}

void become_root_of_new_file_system(const std::filesystem::path& root) {
  if (::chdir(root.c_str()) != 0) throw namespace_fault("entering " + root.string(), errno);
  // Both mounts at one place: the old one lies on top, and is taken away.
  if (::syscall(SYS_pivot_root, ".", ".") != 0) throw namespace_fault("making " + root.string() + " the root", errno);
  if (::umount2(".", MNT_DETACH) != 0) throw namespace_fault("leaving the machine's own root", errno);
  if (::chdir("/") != 0) throw namespace_fault("entering the root", errno);
}

[[noreturn]] void execute(const std::vector<std::string>& command_line, char* const* environment) {
  std::vector<std::string> words = command_line;
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvpe(arguments.front(), arguments.data(), environment);
  throw namespace_fault("starting " + command_line.front(), errno);
}

// The first process of the machine.
[[noreturn]] void become_machine(const SandboxOptions& options, bool as_root) {
  ::setsid();
  ::umask(0022);
  const NameService names = read_name_service();
  mount_layers(options, as_root);
  mount_kernel_views(root_of(options));
  become_root_of_new_file_system(root_of(options));
  provide_name_service(names, options.root != "/");
  give_up_power_over_kernel();
  // An open folder of the machine would be a way out.
  if (::close_range(STDERR_FILENO + 1, ~0U, 0) != 0) throw namespace_fault("closing files", errno);
  // What the developer's environment holds, secrets perhaps, stays outside.
  std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const std::array<char*, 2> environment{path.data(), nullptr};
  execute({sandbox_agent, "init", sandbox_agent, "serve"}, environment.data());
}

std::string start_time(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string stat((std::istreambuf_iterator<char>(file)), {});
  std::size_t at = stat.rfind(')');
  constexpr int field_after_name = 20;  // the 22nd of all
  for (int i = 0; i < field_after_name && at != std::string::npos; ++i)
    at = stat.find(' ', at + 1);
  return at == std::string::npos ? "" : stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

void announce(const SandboxOptions& options, pid_t init) {
  const std::filesystem::path file = options.folder / sandbox_init_file;
  std::ofstream stream(file, std::ios::trunc);
  stream << init << ' ' << start_time(init) << '\n';
  if (!stream.flush()) throw namespace_fault("writing " + file.string(), errno);
}

}  // namespace

int run_sandbox(const SandboxOptions& options) {
  require_kernel();
  const bool as_root = ::geteuid() == 0;
  if (!as_root) {
    const pid_t parent = ::getppid();
    enter_user_namespace();
    die_with(parent);
  } else if (::setgroups(0, nullptr) != 0) {
    throw namespace_fault("leaving the groups of this user", errno);
  }
  int namespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
  if (!options.network) namespaces |= CLONE_NEWNET;
  if (::unshare(namespaces) != 0) throw namespace_fault("making the namespaces of a sandbox", errno);
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    throw namespace_fault("taking the mounts apart from others'", errno);
  if (!options.network) bring_up_loopback();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw namespace_fault("making a pipe", errno);
  const FileDescriptor announced(ends[0]);
  FileDescriptor announcement(ends[1]);
  const pid_t init = ::fork();
  if (init < 0) throw namespace_fault("starting the machine's first process", errno);
  if (init == 0) {
    announcement = FileDescriptor();
    die_with_parent_at(announced);
    become_machine(options, as_root);
  }
  announce(options, init);
  static_cast<void>(write_all(announcement.get(), "x"));
  // The machine's end must show to whoever is at the other end of these.
  const FileDescriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ::dup2(null.get(), STDIN_FILENO);
  ::dup2(null.get(), STDOUT_FILENO);
  int status = 0;
  while (::waitpid(init, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void run_as_subordinate_root(const std::vector<std::string>& command_line) {
  if (::geteuid() != 0) {
    const pid_t parent = ::getppid();
    enter_user_namespace();
    die_with(parent);
  }
  execute(command_line, environ);
}

}  // namespace ibtest
