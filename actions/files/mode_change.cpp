#include "actions/files/mode_change.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "actions/files/target_path.hpp"

namespace ibtest {

namespace {

constexpr mode_t mode_bits = 07777;
constexpr std::string_view doing = "setting the mode of";

}  // namespace

std::string ModeChange::apply(int folder, const char* name, bool follow_links, const std::string& path) {
  const int flags = follow_links ? 0 : AT_SYMLINK_NOFOLLOW;
  const bool done = ::fchmodat(folder, name, mode_, flags) == 0;
  // Links have no mode; and without /proc, the C library cannot tell them.
  const bool undecided = !done && errno == EOPNOTSUPP && !follow_links;
  if (!done && !undecided) return path_error(doing, path, errno);
  struct stat status {};
  if (::fstatat(folder, name, &status, flags) != 0) return path_error(doing, path, errno);
  if (undecided) {
    if (S_ISLNK(status.st_mode)) return {};
    return apply(folder, name, true, path);
  }
  compare(status.st_mode & mode_bits, path);
  return {};
}

std::string ModeChange::apply(int opened, const std::string& path) {
  struct stat status {};
  if (::fchmod(opened, mode_) != 0 || ::fstat(opened, &status) != 0) return path_error(doing, path, errno);
  compare(status.st_mode & mode_bits, path);
  return {};
}

void ModeChange::compare(mode_t actual, const std::string& path) {
  if (actual == mode_) return;
  if (differing_++ > 0) return;
  first_actual_ = actual;
  first_path_ = path;
}

void ModeChange::report(ActionContext& context) const {
  if (differing_ == 0) return;
  const auto others = differing_ == 1 ? std::string() : fmt::format("; {} more are alike", differing_ - 1);
  context.warn(fmt::format("{} has the mode {:04o}, not {:04o}: its file system did not take it{}", first_path_,
                           first_actual_, mode_, others));
}

}  // namespace ibtest
