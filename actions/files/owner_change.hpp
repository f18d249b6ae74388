#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "actions/action_context.hpp"
#include "actions/action_inputs.hpp"

namespace ibtest {

/// What the `owner` and `group` inputs of SetFileOwner and SetFolderOwner ask for (OWN-1 to OWN-3).
struct OwnerChange {
  uid_t owner = 0;
  std::optional<gid_t> group;  ///< none: stays as it is
  std::string error;           ///< unknown user or group

  /// Without `group` the owner's primary group; a bare ID without account has none, which is warned of.
  [[nodiscard]] static OwnerChange from(const ActionInputs::Item& item, ActionContext& context);

  /// Changes an entry of an open folder; `flags` as for fchownat(). The error; empty on success.
  [[nodiscard]] std::string apply(int folder, const char* name, int flags, const std::string& path) const;
};

}  // namespace ibtest
