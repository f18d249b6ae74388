#include "actions/files/owner_change.hpp"

#include <cerrno>
#include <unistd.h>

#include "actions/files/account_lookup.hpp"
#include "actions/files/ownership.hpp"

namespace ibtest {

OwnerChange OwnerChange::from(const ActionInputs::Item& item, ActionContext& context) {
  OwnerChange change;
  const AccountLookup accounts;
  const auto& owner = item.text("owner");
  const auto user = accounts.user(owner);
  if (!user) {
    change.error = "owner: unknown user `" + owner + "`";
    return change;
  }
  change.owner = user->id;
  // A value that is empty after resolution is as good as absent.
  if (const auto& group = item.text("group"); !group.empty()) {
    change.group = accounts.group(group);
    if (!change.group) change.error = "group: unknown group `" + group + "`";
    return change;
  }
  change.group = user->primary_group;
  if (!change.group) context.warn("no account has the ID " + owner + ", so the group stays as it is");
  return change;
}

std::string OwnerChange::apply(int folder, const char* name, int flags, const std::string& path) const {
  const int failed = ::fchownat(folder, name, owner, group.value_or(static_cast<gid_t>(-1)), flags);
  return failed == 0 ? "" : owner_error(path, errno);
}

}  // namespace ibtest
