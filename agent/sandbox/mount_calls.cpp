#include "agent/sandbox/mount_calls.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>

#include "agent/protocol/fault.hpp"
#include "agent/sandbox/user_namespace.hpp"

namespace ibtest {

FileDescriptor open_place(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!file.is_open()) throw Fault(ExitStatus::target_failed, system_error_text("opening " + path.string(), errno));
  return file;
}

std::string path_of(const FileDescriptor& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

void mount_new(const char* type, const std::filesystem::path& place, unsigned long flags, const std::string& options) {
  if (::mount(type, place.c_str(), type, flags, options.c_str()) != 0) {
    throw namespace_fault(std::string("mounting the sandbox's ") + type + " at " + place.string(), errno);
  }
}

void mount_again(const std::filesystem::path& source, const std::filesystem::path& place) {
  if (::mount(source.c_str(), place.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    throw namespace_fault("showing " + source.string() + " in the sandbox", errno);
  }
}

void set_mount_flags(const std::filesystem::path& place, std::uint64_t flags) {
  mount_attr attributes{};
  attributes.attr_set = flags;
  if (::mount_setattr(AT_FDCWD, place.c_str(), AT_RECURSIVE, &attributes, sizeof attributes) != 0) {
    throw namespace_fault("limiting what can be done at " + place.string(), errno);
  }
}

void mount_read_only(const std::filesystem::path& source, const std::filesystem::path& place) {
  mount_again(source, place);
  set_mount_flags(place, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV);
}

void hide_folder(const std::filesystem::path& place) {
  mount_new("tmpfs", place, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700,size=4k");
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Fault(ExitStatus::target_failed, "making the folder " + folder.string() + ": " + error.message());
}

}  // namespace ibtest
