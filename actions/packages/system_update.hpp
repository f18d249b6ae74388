#pragma once

#include <string>
#include <vector>

#include "actions/action.hpp"
#include "actions/packages/package_process.hpp"

namespace ibtest {

/// What UpdateOS is asked for (UPDATEOS-1): names of packages, which may have wildcards. An empty list is as good as
/// none.
struct UpdateLists {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

/// `yum -y update` (UPDATEOS-5, UPDATEOS-7).
[[nodiscard]] ActionResult update_with_yum(const UpdateLists& lists, PackageProcess& processes);
/// `apt-get update` and `apt-get upgrade` (UPDATEOS-6, UPDATEOS-7).
[[nodiscard]] ActionResult update_with_apt(const UpdateLists& lists, PackageProcess& processes);

}  // namespace ibtest
