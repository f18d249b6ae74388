#include "actions/files/ownership.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/files/account_lookup.hpp"
#include "actions/files/target_path.hpp"

namespace ibtest {

namespace {

constexpr mode_t permission_bits = 07777;

}  // namespace

std::optional<mode_t> parse_permissions(const std::string& text) {
  const bool octal = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
  if (!octal || text.size() < 3 || text.size() > 4) return std::nullopt;
  mode_t mode = 0;
  std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  return mode;
}

std::string unusable_permissions(const std::string& text) {
  return fmt::format("permissions `{}` must be three or four octal digits, as in 0644", text);
}

mode_t current_umask() {
  // There is no way to only ask. The agent creates files from this thread alone.
  const mode_t mask = ::umask(022);
  ::umask(mask);
  return mask;
}

std::string owner_error(const std::string& path, int error_number) {
  const bool maybe_rootless = error_number == EPERM || error_number == EINVAL;
  return path_error("setting owner and group of", path, error_number) +
         (maybe_rootless ? " (rootless container engines map a limited range of user and group IDs)" : "");
}

Ownership Ownership::from(const ActionInputs::Item& item) {
  Ownership wanted;
  // A value that is empty after resolution is as good as absent.
  const auto given = [&item](std::string_view key) { return item.given(key) && !item.text(key).empty(); };
  wanted.mode_given = given("permissions");
  const auto& permissions = item.text("permissions");
  const auto mode = parse_permissions(permissions.empty() ? "0777" : permissions);
  if (!mode) {
    wanted.error = unusable_permissions(permissions);
    return wanted;
  }
  wanted.mode = *mode;
  const AccountLookup accounts;
  if (given("owner")) {
    const auto user = accounts.user(item.text("owner"));
    if (!user) wanted.error = fmt::format("owner: unknown user `{}`", item.text("owner"));
    if (user) wanted.owner = user->id;
  }
  if (given("group")) {
    wanted.group = accounts.group(item.text("group"));
    if (!wanted.group) wanted.error = fmt::format("group: unknown group `{}`", item.text("group"));
  }
  return wanted;
}

std::string Ownership::umask_warning() const {
  if (!mode_given || effective_mode() == mode) return {};
  return fmt::format("permissions {:04o} are limited to {:04o} by the umask {:04o}", mode, effective_mode(),
                     current_umask());
}

std::string Ownership::apply(int file, const std::string& path, bool is_new) const {
  if (owner || group) {
    const auto user_id = owner.value_or(static_cast<uid_t>(-1));
    if (::fchown(file, user_id, group.value_or(static_cast<gid_t>(-1))) != 0) return owner_error(path, errno);
  }
  if (!is_new && !mode_given) return {};
  struct stat status {};
  if (::fstat(file, &status) != 0) return path_error("reading the mode of", path, errno);
  const mode_t actual = status.st_mode & permission_bits;
  // A new folder inherits the set-group-ID bit of its parent, which must stay.
  const mode_t inherited = is_new && S_ISDIR(status.st_mode) ? actual & static_cast<mode_t>(S_ISGID) : 0;
  const mode_t wanted = effective_mode() | inherited;
  if (actual != wanted && ::fchmod(file, wanted) != 0) return path_error("setting the mode of", path, errno);
  return {};
}

}  // namespace ibtest
