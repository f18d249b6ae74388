#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "actions/action_inputs.hpp"

namespace ibtest {

/// The mode of an octal text; nothing for any other (PERM-1, PERM-2).
[[nodiscard]] std::optional<mode_t> parse_permissions(const std::string& text);

/// "permissions `u+x` must be three or four octal digits, as in 0644".
[[nodiscard]] std::string unusable_permissions(const std::string& text);

/// The umask of this process.
[[nodiscard]] mode_t current_umask();

/// "setting owner and group of /a: Operation not permitted", with a hint where rootless engines are the likely reason.
[[nodiscard]] std::string owner_error(const std::string& path, int error_number);

/// What the `owner`, `group` and `permissions` inputs of CreateFile and CreateFolder ask for.
struct Ownership {
  std::optional<uid_t> owner;
  std::optional<gid_t> group;
  mode_t mode = 0;  ///< as written, or the module's default
  bool mode_given = false;
  std::string error;  ///< why the inputs cannot be used: bad mode, unknown account (OWN-2)

  [[nodiscard]] static Ownership from(const ActionInputs::Item& item);
  /// What the umask leaves of the mode (PERM-3).
  [[nodiscard]] mode_t effective_mode() const { return mode & ~current_umask(); }
  /// The warning that PERM-3 asks for when the umask takes something away from a mode that was given; else empty.
  [[nodiscard]] std::string umask_warning() const;

  /// Sets owner and group, then the mode, because chown clears setuid (OWN-4). New objects get what was asked for or
  /// the default, existing ones only what was given (PERM-5). The error; empty when all is set.
  [[nodiscard]] std::string apply(int file, const std::string& path, bool is_new) const;
};

}  // namespace ibtest
