#include "agent/sandbox/mount_table.hpp"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/stat.h>

namespace ibtest {

namespace {

// Blanks and backslashes stand as three octal digits.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '\\' && i + 3 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 4, value, 8).ptr == text.data() + i + 4) {
      result += static_cast<char>(value);
      i += 3;
    } else {
      result += text[i];
    }
  }
  return result;
}

// Without waking automatic mounts or asking servers that may be gone. Sets whether it is a directory.
bool is_visible(Mount& mount) {
  struct statx status {};
  if (::statx(AT_FDCWD, mount.place.c_str(), AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC,
              STATX_TYPE | STATX_MNT_ID, &status) != 0) {
    return false;
  }
  mount.is_directory = S_ISDIR(status.stx_mode);
  return status.stx_mnt_id == mount.id;
}

}  // namespace

std::vector<Mount> parse_mounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Mount mount;
    std::string parent;
    std::string device;
    std::string root;
    std::string place;
    if (!(fields >> mount.id >> parent >> device >> root >> place)) continue;
    mount.place = unescaped(place);
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::vector<Mount> all_mounts() {
  std::ifstream file("/proc/self/mountinfo");
  auto mounts = parse_mounts(std::string(std::istreambuf_iterator<char>(file), {}));
  std::erase_if(mounts, [](const Mount& mount) { return mount.place == "/"; });
  return mounts;
}

std::vector<Mount> visible_mounts() {
  auto mounts = all_mounts();
  std::erase_if(mounts, [](Mount& mount) { return !is_visible(mount); });
  std::ranges::stable_sort(mounts, {}, &Mount::place);
  return mounts;
}

bool is_within(const std::filesystem::path& path, const std::filesystem::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

}  // namespace ibtest
