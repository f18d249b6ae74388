#include "agent/program/boot_marker.hpp"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

// The folder to watch: the marker's, or the nearest one above that exists.
std::filesystem::path existing_folder_of(const std::filesystem::path& file) {
  std::filesystem::path folder = file.parent_path();
  std::error_code error;
  while (folder.has_relative_path() && !std::filesystem::is_directory(folder, error))
    folder = folder.parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

bool is_there(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::exists(file, error);
}

}  // namespace

bool wait_for_boot_marker(const std::filesystem::path& file) {
  const FileDescriptor mounts(::open("/proc/self/mounts", O_RDONLY | O_CLOEXEC));
  while (true) {
    // A new watch each time: the folder may have appeared, or another one been mounted over it.
    const FileDescriptor watch(::inotify_init1(IN_CLOEXEC));
    ::inotify_add_watch(watch.get(), existing_folder_of(file).c_str(), IN_CREATE | IN_MOVED_TO);
    if (is_there(file)) return true;
    std::array<pollfd, 3> events = {pollfd{.fd = watch.get(), .events = POLLIN, .revents = 0},
                                    pollfd{.fd = mounts.get(), .events = POLLPRI, .revents = 0},
                                    pollfd{.fd = STDIN_FILENO, .events = POLLHUP, .revents = 0}};
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    if ((events[2].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return false;
  }
}

}  // namespace ibtest
