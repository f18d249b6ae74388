#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

/// Ids that a user may use besides the own one.
struct SubordinateIds {
  unsigned long first = 0;
  unsigned long count = 0;
};

/// The first line of a file such as /etc/subuid that is for this user and gives enough ids for a distribution (65,536).
[[nodiscard]] std::optional<SubordinateIds> find_subordinate_ids(std::string_view file, const std::string& user,
                                                                 uid_t id);

/// Moves this process, which must have one thread only, into a new user namespace whose root is the user, and whose
/// other users are subordinate ids. Throws Fault, which says what the machine lacks for it.
void enter_user_namespace();

/// For a refused namespace or mount, by its errno: what to do about it is said as far as the machine's settings tell.
[[nodiscard]] Fault namespace_fault(const std::string& what, int error_number);

}  // namespace ibtest
