#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

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
    std::optional<gid_t> primary_group;  ///< none for an ID without account
  };
  /// A name, or all digits for an ID unless an account has that name (OWN-1).
  [[nodiscard]] std::optional<User> user(const std::string& name) const;
  [[nodiscard]] std::optional<gid_t> group(const std::string& name) const;

 private:
  std::filesystem::path passwd_file_ = "/etc/passwd";
  std::filesystem::path group_file_ = "/etc/group";
};

}  // namespace ibtest
