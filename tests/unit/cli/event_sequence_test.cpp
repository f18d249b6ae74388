#include "runner/cli/event_sequence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

class EventSequenceTest : public testing::Test {
 protected:
  void say(EventBody body, std::uint32_t depth = 0) { sequence_.check({++number_, 0, std::move(body), depth}); }

  void expect_refused(EventBody body, const std::string& text) {
    try {
      say(std::move(body));
      FAIL() << "taken";
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::target_failed);
      EXPECT_THAT(fault.message(), HasSubstr(text));
    }
  }

  static StepStarted step(std::uint32_t index) { return {.address = {0, 0, index}, .name = "S", .action = "A"}; }

  EventSequence sequence_{{.steps = 2, .reboots = 1}};
  std::uint64_t number_ = 0;
};

TEST_F(EventSequenceTest, TakesAStepThatIsOpenedAgainAfterAReboot) {
  say(Hello{});
  say(step(0));
  say(step(1));
  say(RebootRequested{{0, 0, 1}, "{}"});
  sequence_.restart();
  number_ = 0;
  say(Hello{});
  say(step(1));
  say(RunFinished{});
}

TEST_F(EventSequenceTest, CountsAStepThatEndsAndBeginsAgain) {
  say(Hello{});
  for (int i = 0; i < 2; ++i) {
    say(step(0));
    say(StepFinished{{0, 0, 0}, Status::success, "", 1, 1});
  }
  expect_refused(step(0), "starts more steps than the 2 of the documents");
}

TEST_F(EventSequenceTest, TakesTheStepsOfChildDocumentsAsTheyCome) {
  say(Hello{});
  say(step(0));
  for (std::uint32_t i = 0; i < 10; ++i)
    say(step(i), 1);
  say(step(1));
  expect_refused(step(2), "starts more steps than the 2 of the documents");
}

// EMU-REBOOT-4
TEST_F(EventSequenceTest, RefusesMoreRebootsThanTheRunMayHave) {
  say(Hello{});
  say(RebootRequested{{}, "{}"});
  sequence_.restart();
  number_ = 0;
  say(Hello{});
  expect_refused(RebootRequested{{}, "{}"}, "asks for more than 1 reboots");
}

TEST_F(EventSequenceTest, TakesTheNewsOfAnAgentsDeathAtAnyTime) {
  sequence_.check({0, 0, AgentFault{"killed", {}}});
  say(Hello{});
  sequence_.check({0, 0, AgentFault{"killed", {}}});
  expect_refused(Hello{}, "says hello twice");
}

TEST_F(EventSequenceTest, TakesAFaultInThePlaceOfTheGreeting) {
  say(AgentFault{"no log folder", {}});
}

}  // namespace
}  // namespace ibtest
