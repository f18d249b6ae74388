#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace ibtest {

/// The process that a container or snapshot belongs to, told apart from every other one of all times on this machine.
/// Value of the label ibtest.owner: "<boot id>:<pid namespace>:<pid>:<start time>".
struct RunOwner {
  std::string boot_id;
  std::string pid_namespace;  ///< inode of the namespace
  pid_t pid = 0;
  std::string start_time;  ///< clock ticks after the boot

  friend bool operator==(const RunOwner&, const RunOwner&) = default;
};

/// When a process was started, in clock ticks after the boot; empty when there is no such process, or it is only
/// waiting to be reaped.
[[nodiscard]] std::string start_time_of(pid_t pid);

[[nodiscard]] RunOwner current_owner();
[[nodiscard]] std::string format_owner(const RunOwner& owner);
[[nodiscard]] std::optional<RunOwner> parse_owner(std::string_view label);

enum class OwnerState {
  alive,
  gone,
  unknown,     ///< of another pid namespace, whose processes cannot be seen
  other_boot,  ///< of an earlier boot of this machine, or of another machine that uses the same engine
};
[[nodiscard]] OwnerState state_of(const RunOwner& owner);

}  // namespace ibtest
