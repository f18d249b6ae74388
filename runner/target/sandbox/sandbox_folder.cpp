#include "runner/target/sandbox/sandbox_folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/sandbox_layout.hpp"
#include "runner/subprocess/run_owner.hpp"

namespace ibtest {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "ibtest-sandbox-";
constexpr std::string_view kept_folder_prefix = "ibtest-kept-sandbox-";
constexpr auto end_patience = 20s;

std::vector<fs::path> possible_parents() {
  if (const char* given = std::getenv("TMPDIR"); given != nullptr && *given != '\0') return {given};
  return {"/var/tmp", "/tmp", "/dev/shm"};
}

/// Those that say that they are a folder's file system, and cannot keep what an overlay needs to keep.
bool can_hold_changes(const fs::path& folder) {
  struct statfs status {};
  if (::statfs(folder.c_str(), &status) != 0) return false;
  constexpr std::array<unsigned long, 6> unable = {OVERLAYFS_SUPER_MAGIC, NFS_SUPER_MAGIC,  SMB2_SUPER_MAGIC,
                                                   MSDOS_SUPER_MAGIC,     FUSE_SUPER_MAGIC, ECRYPTFS_SUPER_MAGIC};
  const auto type = static_cast<unsigned long>(status.f_type) & 0xffffffffUL;
  return std::ranges::find(unable, type) == unable.end();
}

fs::path parent_folder() {
  std::string tried;
  for (const fs::path& parent : possible_parents()) {
    if (::access(parent.c_str(), W_OK | X_OK) == 0 && can_hold_changes(parent)) return parent;
    tried += (tried.empty() ? "" : ", ") + parent.string();
  }
  throw Fault(ExitStatus::target_failed, "no folder can hold what a sandbox changes; tried " + tried,
              "Let TMPDIR name a folder on a disk of this machine (ext4, xfs, btrfs, tmpfs): an overlay cannot hold "
              "another one's changes. In a container, a volume is such a folder.");
}

}  // namespace

SandboxFolder::SandboxFolder(ProcessLoop& loop, fs::path agent) : loop_(loop), agent_(std::move(agent)) {
  std::string owner = format_owner(current_owner());
  std::replace(owner.begin(), owner.end(), ':', '+');
  const fs::path parent = parent_folder();
  std::string name = (parent / fmt::format("{}{}.XXXXXX", prefix, owner)).string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw Fault(ExitStatus::target_failed,
                system_error_text("cannot make a folder for the sandbox in " + parent.string(), errno),
                "Make room there, or let TMPDIR name another folder.");
  }
  path_ = fs::absolute(name);
}

SandboxFolder::~SandboxFolder() {
  if (!kept_) remove_as_subordinate_root(loop_, agent_, path_);
}

void SandboxFolder::keep() {
  const std::string name = path_.filename().string();
  const fs::path kept = path_.parent_path() / (std::string(kept_folder_prefix) + name.substr(prefix.size()));
  std::error_code error;
  fs::rename(path_, kept, error);
  if (error) throw Fault(ExitStatus::target_failed, "keeping " + path_.string() + ": " + error.message());
  path_ = kept;
  kept_ = true;
}

std::optional<SandboxInit> SandboxInit::find(const fs::path& folder) {
  pid_t process = 0;
  std::string start_time;
  if (!(std::ifstream(folder / sandbox_init_file) >> process >> start_time) || process <= 0) return std::nullopt;
  SandboxInit init(process, std::move(start_time));
  return init.is_running() ? std::optional(init) : std::nullopt;
}

bool SandboxInit::is_running() const {
  return start_time_of(process_) == start_time_;
}

bool SandboxInit::detach() const {
  if (!is_running() || ::kill(process_, SIGUSR1) != 0) return false;
  const auto deadline = std::chrono::steady_clock::now() + 2s;
  while (std::chrono::steady_clock::now() < deadline && is_running()) {
    std::string name;
    std::getline(std::ifstream(fmt::format("/proc/{}/comm", process_)), name);
    if (name == sandbox_kept_name) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

void SandboxInit::end() const {
  const FileDescriptor file(static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)));
  // Looked at after it was opened: from here on the number can only be that of this process.
  if (!file.is_open() || !is_running()) return;
  ::syscall(SYS_pidfd_send_signal, file.get(), SIGKILL, nullptr, 0);
  pollfd ended{.fd = file.get(), .events = POLLIN, .revents = 0};
  const int patience = static_cast<int>(std::chrono::milliseconds(end_patience).count());
  while (::poll(&ended, 1, patience) < 0 && errno == EINTR) {
  }
}

std::vector<std::string> remove_gone_sandboxes(ProcessLoop& loop, const fs::path& agent, bool everything) {
  std::vector<std::string> removed;
  for (const fs::path& parent : possible_parents()) {
    std::error_code error;
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      const bool kept = name.starts_with(kept_folder_prefix);
      if (!kept && !name.starts_with(prefix)) continue;
      struct stat status {};
      if (::lstat(entry->path().c_str(), &status) != 0 || status.st_uid != ::geteuid()) continue;
      std::string label = name.substr(kept ? kept_folder_prefix.size() : prefix.size());
      label.resize(std::min(label.rfind('.'), label.size()));
      std::replace(label.begin(), label.end(), '+', ':');
      const auto owner = parse_owner(label);
      if (!owner) continue;
      const OwnerState state = state_of(*owner);
      const bool gone = state == OwnerState::gone || state == OwnerState::other_boot;
      if (kept ? !everything : !gone) continue;
      if (const auto init = SandboxInit::find(entry->path())) init->end();
      if (remove_as_subordinate_root(loop, agent, entry->path()))
        removed.push_back("sandbox " + entry->path().string());
    }
  }
  return removed;
}

bool remove_as_subordinate_root(ProcessLoop& loop, const fs::path& agent, const fs::path& folder) noexcept {
  std::error_code error;
  fs::remove_all(folder, error);
  if (!error || ::geteuid() == 0) return !error;
  try {
    const ProcessLoop::RunOptions clean_up{.timeout = 5min, .interruptible = false};
    return loop.run({agent.string(), "as-root", "rm", "-rf", "--", folder.string()}, clean_up).exit_code == 0;
  } catch (...) {
    return false;
  }
}

}  // namespace ibtest
