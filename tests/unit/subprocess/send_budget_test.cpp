#include "runner/subprocess/send_budget.hpp"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace ibtest {
namespace {

using namespace std::chrono_literals;

bool never() {
  return false;
}

TEST(SendBudget, LetsTheLastOneTakeMoreThanIsLeft) {
  const auto budget = std::make_shared<SendBudget>(100);
  const SendShare first = budget->take(99, never);
  const SendShare second = budget->take(1000, never);
  EXPECT_TRUE(first) << "a share can be told from none";
  EXPECT_TRUE(second);
}

TEST(SendBudget, WaitsUntilTheLastCopyOfAShareIsGone) {
  const auto budget = std::make_shared<SendBudget>(100);
  SendShare share = budget->take(100, never);
  SendShare copy = share;
  auto waiting = std::async(std::launch::async, [&] { return budget->take(1, never); });
  share.reset();
  EXPECT_EQ(waiting.wait_for(50ms), std::future_status::timeout);
  copy.reset();
  EXPECT_TRUE(waiting.get());
}

TEST(SendBudget, WakesThoseWhoGiveUp) {
  const auto budget = std::make_shared<SendBudget>(100);
  const SendShare share = budget->take(100, never);
  std::atomic<bool> enough = false;
  auto waiting = std::async(std::launch::async, [&] { return budget->take(1, [&] { return enough.load(); }); });
  EXPECT_EQ(waiting.wait_for(50ms), std::future_status::timeout);
  enough = true;
  budget->wake();
  EXPECT_TRUE(waiting.get());
}

TEST(SendBudget, SharesMayOutliveIt) {
  auto budget = std::make_shared<SendBudget>(100);
  const SendShare share = budget->take(1, never);
  budget.reset();
}

}  // namespace
}  // namespace ibtest
