#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ibtest {

/// Looks up users and groups on the target (OWN-1, section 8.3): in its account files, then with `getent` where that
/// exists. The C library's functions load shared objects at run time, which a static program cannot.
class AccountLookup {
 public:
  AccountLookup() = default;
  AccountLookup(std::filesystem::path passwd_file, std::filesystem::path group_file)
      : passwd_file_(std::move(passwd_file)), group_file_(std::move(group_file)) {}

  struct User {
    uid_t id = 0;
    std::optional<gid_t> primary_group = {};  ///< none for an ID without account
    std::string name = {};                    ///< empty for an ID without account
    std::string home = {};
    std::string shell = {};
  };
  /// A name, or all digits for an ID unless an account has that name (OWN-1).
  [[nodiscard]] std::optional<User> user(const std::string& name) const;
  [[nodiscard]] std::optional<gid_t> group(const std::string& name) const;
  /// The primary group and those whose line in the group file names the user.
  [[nodiscard]] std::vector<gid_t> groups_of(const User& user) const;

 private:
  std::filesystem::path passwd_file_ = "/etc/passwd";
  std::filesystem::path group_file_ = "/etc/group";
};

}  // namespace ibtest
