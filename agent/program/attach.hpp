#pragma once

#include <filesystem>
#include <string>

namespace ibtest {

/// Which session a runner wants to talk to.
struct SessionRequest {
  std::filesystem::path folder;  ///< of the session; its name is the run's, its parent is root's alone
  bool start = false;            ///< the session, when there is none
  std::string owner;             ///< for people: whose run it is
};

/// Carries bytes between the standard streams and the socket of a session (SessionSocket), until either ends. Where
/// there is no session it says so (session_lines.hpp), or starts one: an agent that belongs to no connection. One agent
/// at a time executes on a host; whoever comes second is told whom it waits for. Gives the exit status; throws Fault.
[[nodiscard]] int attach(const SessionRequest& request);

}  // namespace ibtest
