#include <csignal>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// A run that stands in its first step, which has printed "ready".
class FaultTest : public RunTest {
 protected:
  void start_run(const std::string& script = "echo ready; sleep 300") {
    write_scripts("slow.yml", {script});
    program_ = start({"run", "slow.yml", "--target", plain_, "--format", "jsonl"});
    ASSERT_TRUE(program_->read_until("ready\\n"));
  }

  ProgramResult finish() {
    const auto before = std::chrono::steady_clock::now();
    ProgramResult result = program_->wait();
    took_ = std::chrono::steady_clock::now() - before;
    return result;
  }

  std::unique_ptr<Program> program_;
  std::chrono::steady_clock::duration took_{};
};

TEST_F(FaultTest, CtrlCEndsTheStepCopiesTheLogsAndCleansUp) {
  start_run();
  program_->signal(SIGINT);
  const ProgramResult result = finish();
  EXPECT_EQ(result.status, 130) << result.errors;
  EXPECT_LT(took_, std::chrono::seconds(10));
  EXPECT_THAT(result.errors, HasSubstr("stopping:"));
  EXPECT_THAT(result.errors, HasSubstr("slow.yml:5  phase build, step Step1 (ExecuteBash)"));
  EXPECT_THAT(result.errors, HasSubstr("interrupted: 0 passed, 0 failed in"));
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: ready"));
}

TEST_F(FaultTest, SigtermDoesTheSame) {
  start_run();
  program_->signal(SIGTERM);
  EXPECT_EQ(finish().status, 130);
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: ready"));
}

TEST_F(FaultTest, ASecondCtrlCEndsAtOnceAndStillRemovesTheMachine) {
  start_run();
  program_->signal(SIGINT);
  program_->signal(SIGTERM);  // another signal: two of one kind may become one
  const ProgramResult result = finish();
  EXPECT_EQ(result.status, 130);
  EXPECT_LT(took_, std::chrono::seconds(8));
  EXPECT_EQ(left_behind(), "");
}

TEST_F(FaultTest, AContainerRemovedUnderTheRunIsNamedWithTheStep) {
  start_run();
  const ProgramResult removed =
      tool({"bash", "-c", "docker rm -f $(docker ps -q --filter label=ibtest.run=" + run_ids().front() + ")"});
  ASSERT_EQ(removed.status, 0) << removed.errors;
  const ProgramResult result = finish();
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("error: the agent was lost: "));
  // While the engine is still removing it, it says that the container was stopped.
  EXPECT_THAT(result.errors,
              testing::AnyOf(HasSubstr("the container was removed"), HasSubstr("the container was stopped")));
  EXPECT_THAT(result.errors, HasSubstr("it was running slow.yml:5, step Step1 (ExecuteBash) of phase build"));
  EXPECT_THAT(result.errors, HasSubstr("| ready"));
}

TEST_F(FaultTest, AKilledAgentIsNamedWithTheStepAndTheLogsAreCopied) {
  write_scripts("kills.yml", {"echo before; sleep 0.2; kill -9 $PPID; sleep 300"});
  const ProgramResult result = ibtest({"run", "kills.yml", "--target", plain_, "--format", "json"});
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("error: the agent has ended: signal: killed; "));
  EXPECT_THAT(result.errors, HasSubstr("it was running kills.yml:5, step Step1"));
  // What the dead agent had not written to its logs yet, it had already said.
  EXPECT_THAT(log("console.log"), HasSubstr("Setup: STARTED SETUP"));
  EXPECT_THAT(log("events.jsonl"), HasSubstr("before"));
  const json report = json::parse(result.output);
  EXPECT_EQ(report["status"], "failed");
  EXPECT_EQ(report["failureContext"]["stepName"], "Step1");
}

TEST_F(FaultTest, WhatAKilledIbtestLeavesTheNextCleanRemoves) {
  start_run();
  program_->signal(SIGKILL);
  EXPECT_EQ(finish().status, 128 + SIGKILL);
  const ProgramResult cleaned = ibtest({"clean"});
  EXPECT_EQ(cleaned.status, 0);
  EXPECT_EQ(left_behind(), "");
}

TEST_F(FaultTest, WhatAKilledIbtestLeavesTheNextRunRemovesAndSaysSo) {
  start_run();
  program_->signal(SIGKILL);
  finish();
  write_scripts("ok.yml", {"true"});
  const ProgramResult result = ibtest({"run", "ok.yml", "--target", plain_});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(left_behind(), "");
}

TEST_F(FaultTest, CleanSaysThatAnEngineDoesNotAnswer) {
  const ProgramResult result =
      ibtest({"clean"}, {"DOCKER_HOST=unix:///nowhere/docker.sock", "PATH=/usr/local/bin:/usr/bin"});
  EXPECT_THAT(result.errors, HasSubstr("docker does not answer; what it may hold was left alone"));
}

TEST_F(FaultTest, AFullDiskInTheTargetIsAFailureWithAHint) {
  write_scripts("full.yml", {"head -c 200M /dev/zero > /dev/shm/big"});
  const ProgramResult result = ibtest({"run", "full.yml", "--target", plain_});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("hint: the disk of the target is full"));
}

}  // namespace
}  // namespace ibtest
