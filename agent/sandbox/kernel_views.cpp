#include "agent/sandbox/kernel_views.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/sandbox/mount_calls.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

void make_empty_file(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file.is_open()) throw Fault(ExitStatus::target_failed, system_error_text("making " + path.string(), errno));
}

void make_link(const fs::path& place, const char* target) {
  std::error_code ignored;  // a folder that was made a moment ago and is empty
  fs::create_symlink(target, place, ignored);
}

void make_folder_for_all(const fs::path& folder) {
  make_folder(folder);
  ::chmod(folder.c_str(), 01777);
}

// It can be written to, as every device in a read-only place; its owner and mode, which are the machine's, cannot
// change.
void mount_device(const fs::path& device, const fs::path& place) {
  mount_again(device, place);
  set_mount_flags(place, MOUNT_ATTR_RDONLY);
}

void mount_proc(const fs::path& proc) {
  make_folder(proc);
  mount_new("proc", proc, MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
  // Root of the machine itself may write to these without any further right.
  for (const char* const name :
       {"sys", "sysrq-trigger", "irq", "bus", "fs", "asound", "acpi", "scsi", "driver", "mtrr"}) {
    if (is_there(proc / name)) mount_read_only(proc / name, proc / name);
  }
  for (const char* const name : {"kcore", "keys", "kmsg", "key-users", "timer_list", "sched_debug"}) {
    if (is_there(proc / name)) mount_device("/dev/null", proc / name);
  }
}

void mount_sys(const fs::path& sys) {
  make_folder(sys);
  mount_read_only("/sys", sys);
  if (is_there(sys / "firmware")) hide_folder(sys / "firmware");
}

void mount_dev(const fs::path& dev) {
  make_folder(dev);
  mount_new("tmpfs", dev, MS_NOSUID | MS_NODEV, "mode=0755,size=64k");
  for (const char* const name : {"null", "zero", "full", "random", "urandom", "tty"}) {
    if (!is_there(fs::path("/dev") / name)) continue;
    make_empty_file(dev / name);
    mount_device(fs::path("/dev") / name, dev / name);
  }
  make_folder(dev / "pts");
  mount_new("devpts", dev / "pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
  make_folder(dev / "shm");
  mount_new("tmpfs", dev / "shm", MS_NOSUID | MS_NODEV, "mode=1777");
  make_folder(dev / "mqueue");
  mount_new("mqueue", dev / "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
  make_link(dev / "ptmx", "pts/ptmx");
  make_link(dev / "fd", "/proc/self/fd");
  make_link(dev / "stdin", "/proc/self/fd/0");
  make_link(dev / "stdout", "/proc/self/fd/1");
  make_link(dev / "stderr", "/proc/self/fd/2");
}

void mount_run(const fs::path& run) {
  make_folder(run);
  mount_new("tmpfs", run, MS_NOSUID | MS_NODEV, "mode=0755");
  make_folder_for_all(run / "lock");
}

void mount_agent(const fs::path& place) {
  make_folder(place.parent_path());
  mount_new("tmpfs", place.parent_path(), MS_NOSUID | MS_NODEV, "mode=0755,size=4k");
  make_empty_file(place);
  // By its name: the file itself was opened in another mount namespace.
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) throw Fault(ExitStatus::target_failed, "finding this program's file: " + error.message());
  mount_again(program, place);
  set_mount_flags(place.parent_path(), MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV);
}

}  // namespace

void mount_kernel_views(const fs::path& root) {
  // Before /proc of the machine is used for path names: those of this process are in that of its parent.
  mount_agent(root / fs::path(sandbox_agent).relative_path());
  mount_dev(root / "dev");
  mount_sys(root / "sys");
  mount_run(root / "run");
  mount_proc(root / "proc");
}

}  // namespace ibtest
