#include "actions/files/target_path.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

std::string_view hint_for(int error_number) {
  switch (error_number) {
    case EBUSY:
      return " (it is a mount point; container runtimes mount /etc/hosts, /etc/hostname and /etc/resolv.conf, which "
             "can "
             "be written but not deleted or renamed)";
    case EROFS:
      return " (it is mounted read-only)";
    default:
      return "";
  }
}

}  // namespace

std::string unusable_path(std::string_view text) {
  if (text.empty()) return "path is empty";
  if (text.find('\0') != std::string_view::npos) return "path holds a NUL character";
  return {};
}

std::string without_trailing_separators(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/'))
    path.remove_suffix(1);
  return std::string(path);
}

std::string path_error(std::string_view doing, const std::filesystem::path& path, int error_number) {
  return system_error_text(std::string(doing) + " " + path.string(), error_number) +
         std::string(hint_for(error_number));
}

std::string unremovable(const std::filesystem::path& entry) {
  if (::faccessat(AT_FDCWD, entry.parent_path().c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  return path_error("deleting", entry, errno);
}

std::string create_parents(const std::filesystem::path& path) {
  std::filesystem::path folder;
  for (const auto& part : path.parent_path()) {
    folder /= part;
    if (::mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST) continue;
    const int reason = errno;
    std::error_code ignored;
    if (std::filesystem::is_directory(folder, ignored)) continue;
    return path_error("creating the folder", folder, reason);
  }
  return {};
}

std::string kernel_note(const std::filesystem::path& path) {
  const auto text = path.lexically_normal().string() + "/";
  if (!text.starts_with("/proc/") && !text.starts_with("/sys/")) return {};
  return path.string() + " shows the kernel that runs this; in a container that is the host's, not the image's";
}

}  // namespace ibtest
