// What the runner makes of agents that do not behave: programs that stand in the place of ibtest-agent.
#include "runner/cli/stage_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/execution_id.hpp"
#include "tests/unit/cli/scripted_agent.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

const std::string hello = R"(echo '{"n":1,"t":1,"e":"hello","v":1,"version":"1","machine":"x86_64"}'; read -r job; )";

class NoAnswers final : public ExchangeHandler {
 public:
  nlohmann::json answer(const nlohmann::json& /*question*/, ExchangeStream& /*stream*/) override {
    throw ExchangeFailure("nobody is there");
  }
};

class StageRunTest : public ScriptedAgentTest {
 protected:
  /// Runs a stage with a shell script as the agent.
  StageEnd run(const std::string& agent, const Patience& patience = {}, bool attached = false) {
    const auto machine = machine_with(agent);
    auto connection = machine->connect();
    history_.begin_stage("");
    Console console(
        {}, [this](std::string_view text) { shown_ += text; }, [] { return std::int64_t{0}; });
    console.begin_target(history_, "local", "");
    RunFolder folder({.path = folder_ / "runs", .own = false}, make_execution_id(), current_time_ns());
    Job job;
    job.execution_id = make_execution_id();
    StageWork work{job, 2};
    if (attached) {
      work.so_far.emplace(StageBounds{2, 0}).check({1, 1, Hello{}});
      work.attached = true;
    }
    work.keep = [this](const Job& kept, const std::string& reboot_event) {
      kept_ += kept.resume.dump() + " " + reboot_event + "\n";
    };
    return run_stage(loop_, *machine, connection, std::move(work), {history_, console, folder}, answers_, patience);
  }

  static void expect_fault(const StageEnd& end, const std::string& text) {
    EXPECT_FALSE(end.finished);
    ASSERT_TRUE(end.fault);
    EXPECT_EQ(end.fault->status(), ExitStatus::target_failed);
    EXPECT_THAT(end.fault->message(), HasSubstr(text));
  }

  NoAnswers answers_;
  RunHistory history_;
  std::string shown_;
  std::string kept_;  ///< for another runner
};

TEST_F(StageRunTest, AnAgentThatNeverSaysHelloEndsTheWaitForTheBoot) {
  const StageEnd end = run("sleep 60", {.boot = std::chrono::seconds(1)});
  expect_fault(end, "this machine itself did not get ready within 1 s");
  EXPECT_THAT(end.fault->remedy(), HasSubstr("boot"));
}

TEST_F(StageRunTest, AnAgentThatCannotBeStartedSaysItsReason) {
  expect_fault(run("echo cannot execute >&2; exit 126"), "the agent could not be started: ");
  expect_fault(run("echo cannot execute >&2; exit 126"), "cannot execute");
}

TEST_F(StageRunTest, AnAgentOfAnotherProtocolVersionIsRefused) {
  expect_fault(run(R"(echo '{"n":1,"t":1,"e":"hello","v":99,"version":"9","machine":"x86_64"}'; sleep 60)"),
               "it speaks protocol version 99, this program version 1");
}

TEST_F(StageRunTest, GarbageInsteadOfEventsEndsTheRun) {
  expect_fault(run(hello + "echo 'what is this'; sleep 60"), "talking to the agent: reading an event");
  expect_fault(run(hello + "echo '{\"n\":2,\"t\":1,\"e\":\"dance\"}'; sleep 60"),
               "talking to the agent: reading an event");
  expect_fault(run(hello + "head -c 100000 /dev/urandom; sleep 60"), "talking to the agent: reading an event");
}

TEST_F(StageRunTest, AnEndlessLineEndsTheRunInBoundedMemory) {
  expect_fault(run(hello + "exec cat /dev/zero"), "the agent sent a line of more than 64 MiB");
}

TEST_F(StageRunTest, EventsThatAreSkippedOrRepeatedEndTheRun) {
  const auto log = [](int number) {
    return R"(echo '{"n":)" + std::to_string(number) + R"(,"t":1,"e":"log","level":"console","text":"x"}'; )";
  };
  expect_fault(run(hello + log(2) + log(4) + "sleep 60"), "the agent skips events: expected number 3, got 4");
  expect_fault(run(hello + log(2) + log(2) + "sleep 60"), "the agent repeats events: expected number 3, got 2");
  expect_fault(run(hello + log(0) + "sleep 60"), "the agent repeats events: expected number 2, got 0");
  expect_fault(run(log(1) + "sleep 60"), "the agent does not say hello first");
  expect_fault(run(hello + R"(echo '{"n":2,"t":1,"e":"hello","v":1,"version":"1","machine":"x"}'; sleep 60)"),
               "the agent says hello twice");
  // Also when it is gone at once.
  expect_fault(run(hello + log(3)), "the agent skips events: expected number 2, got 3");
}

TEST_F(StageRunTest, AnAgentThatStartsStepsWithoutEndIsRefused) {
  const StageEnd end = run(hello + R"sh(n=2; while :; do
echo '{"n":'$n',"t":1,"e":"step","d":0,"p":0,"s":'$n',"name":"S","action":"A","line":1,"attempts":1,"timeout":-1}'
n=$((n + 1)); done)sh");
  expect_fault(end, "the agent starts more steps than the 2 of the documents");
  EXPECT_EQ(history_.steps().size(), 2U);
}

TEST_F(StageRunTest, StatesOfRebootsThatAreNoBoundedObjectAreRefused) {
  const auto reboot = [](const std::string& state) {
    return hello + R"(printf '{"n":2,"t":1,"e":"reboot","d":0,"p":0,"s":0,"state":"%s"}\n' ")" + state + "\"; sleep 60";
  };
  const std::string refusal = "the agent asks for a reboot with a state that is no JSON object of bounded size";
  expect_fault(run(reboot("[1]")), refusal);
  expect_fault(run(reboot("nonsense")), refusal);
  const std::string deep = "$(head -c 1000000 /dev/zero | tr '\\000' '[')";
  expect_fault(run(reboot(deep)), refusal);
  const StageEnd end = run(reboot("{}"));
  EXPECT_FALSE(end.fault);
  EXPECT_TRUE(end.suspended);
}

// Its log has no state, which may hold secrets.
TEST_F(StageRunTest, WhatFollowsARebootIsKeptForAnotherRunner) {
  static_cast<void>(
      run(hello + R"(echo '{"n":2,"t":1,"e":"reboot","d":0,"p":0,"s":0,"state":"{\"a\":1}"}'; sleep 60)"));
  EXPECT_EQ(kept_, R"({"a":1} {"n":2,"t":1,"e":"reboot","d":0,"p":0,"s":0,"state":""})"
                   "\n");
}

// The runner before it may have been killed when it had heard the greeting.
TEST_F(StageRunTest, AnAgentThatWasAttachedToIsGivenItsJobAgain) {
  const StageEnd end = run(R"(read -r job; case $job in *start*) echo '{"n":2,"t":1,"e":"run-end","status":"success",)"
                           R"("executed":0,"failed":0,"ignored":0,"skipped":0,"message":""}';; esac; sleep 60)",
                           {}, true);
  EXPECT_FALSE(end.fault);
  EXPECT_TRUE(end.begun);
  ASSERT_TRUE(end.finished);
  EXPECT_EQ(end.finished->status, Status::success);
  EXPECT_EQ(kept_, "") << "it has changed nothing";
}

TEST_F(StageRunTest, ARunThatSomebodyElseHasStoppedHasNoResult) {
  const StageEnd end = run(hello + R"(echo '{"n":2,"t":1,"e":"run-end","status":"interrupted",)"
                                   R"("executed":0,"failed":0,"ignored":0,"skipped":0,"message":"why"}'; sleep 60)");
  expect_fault(end, "the run was stopped, and not from here: why");
}

TEST_F(StageRunTest, EventsThatAreNestedWithoutEndAreRefused) {
  expect_fault(run(hello + R"(printf '{"n":2,"t":1,"e":'; head -c 40000000 /dev/zero | tr '\000' '['; echo; sleep 60)"),
               "reading an event: it is no JSON object");
}

TEST_F(StageRunTest, AnAgentThatDiesWithinALineIsLost) {
  const std::string step = R"(echo '{"n":2,"t":1,"e":"document","d":0,"path":"a.yml","name":""}'
echo '{"n":3,"t":1,"e":"phase","d":0,"p":0,"name":"build"}'
echo '{"n":4,"t":1,"e":"step","d":0,"p":0,"s":0,"name":"Wait","action":"ExecuteBash","line":7,"attempts":1,"timeout":-1}'
printf '{"n":5,"t":1,"e":"ou'; exit 9)";
  const StageEnd end = run(hello + step);
  expect_fault(end, "the agent was lost: ");
  expect_fault(end, "it was running a.yml:7, step Wait (ExecuteBash) of phase build");
}

TEST_F(StageRunTest, AFaultOfTheAgentIsItsMessageAndRemedy) {
  const StageEnd end = run(
      hello + R"(echo '{"n":2,"t":1,"e":"fault","message":"the log folder is full","remedy":"make room"}'; sleep 60)");
  expect_fault(end, "the agent cannot go on: the log folder is full");
  EXPECT_EQ(end.fault->remedy(), "make room");
}

}  // namespace
}  // namespace ibtest
