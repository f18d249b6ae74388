#include "runner/target/ssh/ssh_reconnect.hpp"

#include <gtest/gtest.h>

namespace ibtest {
namespace {

using namespace std::chrono_literals;
using Clock = ReconnectPauses::Clock;

TEST(ReconnectPauses, GrowUntilTheDeadline) {
  ProcessLoop loop;
  const auto start = Clock::now();
  ReconnectPauses pauses(loop, start + 800ms);
  EXPECT_TRUE(pauses.wait());
  const auto first = Clock::now();
  EXPECT_GE(first - start, 250ms);
  EXPECT_TRUE(pauses.wait());
  EXPECT_GE(Clock::now() - first, 375ms);
  EXPECT_FALSE(pauses.wait());
  EXPECT_GE(Clock::now() - start, 800ms);
  EXPECT_FALSE(pauses.wait());
}

TEST(ReconnectPauses, EndWithAnInterrupt) {
  ProcessLoop loop;
  ReconnectPauses pauses(loop, Clock::now() + 1h);
  loop.interrupt();
  EXPECT_THROW(static_cast<void>(pauses.wait()), Interrupted);
}

}  // namespace
}  // namespace ibtest
