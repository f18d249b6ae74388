#include "runner/subprocess/run_owner.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace ibtest {
namespace {

TEST(RunOwner, IsTheSameAfterTheWayThroughALabel) {
  const RunOwner owner = current_owner();
  EXPECT_EQ(parse_owner(format_owner(owner)), owner);
  EXPECT_EQ(owner.pid, ::getpid());
}

TEST(RunOwner, RefusesWhatIsNoLabel) {
  for (const auto* text : {"", "a", "a:b:c", "a:b:0:d", "a:b:-1:d", "a:b:1x:d", "a:b:1:", ":b:1:d", "a:b:1:d:e",
                           "a:b:99999999999999999999:d"}) {
    EXPECT_EQ(parse_owner(text), std::nullopt) << text;
  }
}

TEST(RunOwner, KnowsWhoIsAliveAndWhoIsNot) {
  EXPECT_EQ(state_of(current_owner()), OwnerState::alive);
  RunOwner later = current_owner();
  later.start_time += "1";  // another process got the same id
  EXPECT_EQ(state_of(later), OwnerState::gone);
  RunOwner rebooted = current_owner();
  rebooted.boot_id = "another";
  EXPECT_EQ(state_of(rebooted), OwnerState::other_boot);
  RunOwner contained = current_owner();
  contained.pid_namespace = "1";
  EXPECT_EQ(state_of(contained), OwnerState::unknown);
}

TEST(RunOwner, TakesAProcessThatOnlyWaitsToBeReapedForGone) {
  RunOwner owner = current_owner();
  owner.pid = ::fork();
  if (owner.pid == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(owner.pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(state_of(owner), OwnerState::gone);
  ::waitpid(owner.pid, nullptr, 0);
  EXPECT_EQ(state_of(owner), OwnerState::gone);
}

}  // namespace
}  // namespace ibtest
