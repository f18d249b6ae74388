// Loops and conditions of steps: sections 4 and 5 of the language specification, over the agent's own protocol.
#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

nlohmann::ordered_json step_result(const TestRun& test, std::size_t index) {
  return test.results()["documents"][0]["phases"][0]["steps"][index];
}

TEST(Loops, ReplaceTheirVariablesAndMergeTheOutputs_LOOP4_LOOP15_LOOP16_LOOP18) {
  TestRun test;
  test.steps(TestRun::bash_step("Ports", "echo '{{ loop.index }}={{ port.value }}'",
                                "loop: { name: port, for: { start: 8080, end: 8084, updateBy: 2 } }") +
             TestRun::bash_step("Use", "echo '{{ build.Ports.outputs.stdout }}'") +
             TestRun::bash_step("Left", "echo '{{ loop.index }}'"));
  EXPECT_EQ(output_of(test.run()), "0=8080\n1=8082\n2=8084\n0=8080\n1=8082\n2=8084\n{{ loop.index }}\n");  // LOOP-5
  const auto ports = step_result(test, 0);
  EXPECT_EQ(ports["outputs"], R"([{"stdout":"0=8080\n1=8082\n2=8084"}])");
  EXPECT_EQ(ports["inputs"], R"([{"commands":["echo '{{ loop.index }}={{ port.value }}'\n"]}])");  // CHAIN-11
  EXPECT_EQ(ports["loop"].dump(), R"({"name":"port","for":{"start":8080,"end":8084,"updateBy":2}})");
  EXPECT_THAT(read_file(test.log_folder() / "application.log"),
              HasSubstr("Executor: Commencing iterative execution of step Ports"));  // LOOP-20
  EXPECT_THAT(read_file(test.log_folder() / "application.log"), HasSubstr("Executor: Iteration 2"));
}

TEST(Loops, MergeElementByElement_LOOP17) {
  TestRun test;
  test.steps(R"(      - name: Each
        action: ExecuteBash
        loop: { forEach: { list: "a;b", delimiter: ";" } }
        inputs: { commands: ["echo {{ loop.value }}"] }
)");
  test.run();
  EXPECT_EQ(step_result(test, 0)["loop"].dump(), R"({"name":"","forEach":{"list":"a;b","delimiter":";"}})");
}

TEST(Loops, EndAtTheFirstFailureAndBeginAnewWithEachAttempt_LOOP12_LOOP13_LOOP14) {
  TestRun test;
  test.steps(TestRun::bash_step(
      "Flaky", "echo {{ loop.value }} >> seen; [ {{ loop.value }} != b ] || [ $(grep -c b seen) -ge 2 ]",
      "maxAttempts: 3\n        loop: { forEach: [a, b, c] }"));
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(read_file(std::filesystem::path(test.job.working_directory) / "seen"), "a\nb\na\nb\nc\n");
  const auto attempts = all_of_type<AttemptFinished>(events);
  ASSERT_EQ(attempts.size(), 2U);
  EXPECT_EQ(attempts[0].error, "Loop iteration(s) with index [1] failed");
  EXPECT_EQ(end_of(events).counts.executed, 1U);  // EXEC-7
  EXPECT_EQ(all_of_type<IterationFinished>(events)[1].error, "exit status 1");
}

TEST(Loops, KeepTheOutputsOfTheIterationsThatSucceeded_LOOP15_OUT_10) {
  TestRun test;
  test.steps(TestRun::bash_step("Part", "echo {{ loop.value }}; test {{ loop.index }} -lt 2",
                                "onFailure: Ignore\n        loop: { for: { start: 1, end: 5, updateBy: 1 } }"));
  const auto events = test.run();
  EXPECT_EQ(all_of_type<StepFinished>(events)[0].failure_message, "Loop iteration(s) with index [2] failed");
  EXPECT_EQ(step_result(test, 0)["outputs"], R"([{"stdout":"1\n2"}])");
  EXPECT_EQ(end_of(events).status, Status::success);
}

TEST(Loops, ShareOneDeadline_LOOP11) {
  TestRun test;
  test.steps(TestRun::bash_step("Slow", "sleep 0.7",
                                "timeoutSeconds: 1\n        loop: { for: { start: 1, end: 5, updateBy: 1 } }"));
  const auto events = test.run();
  EXPECT_EQ(all_of_type<IterationStarted>(events).size(), 2U);
  EXPECT_EQ(all_of_type<StepFinished>(events)[0].failure_message, "Loop execution timed out");
}

TEST(Loops, ResolveTheirList_LOOP6_CHAIN3) {
  TestRun test;
  test.steps(
      TestRun::bash_step("List", "printf 'x y\\nz'") +
      TestRun::bash_step("Each", "echo '<{{ loop.value }}>'",
                         "loop: { forEach: { list: \"{{ build.List.outputs.stdout }}\", delimiter: \"\\n\" } }"));
  EXPECT_EQ(output_of(test.run()), "x y\nz<x y>\n<z>\n");
}

TEST(Loops, FailWhenTheirListCannotBeResolved_CHAIN8) {
  TestRun test;
  test.steps(TestRun::bash_step("None", "exit 1", "onFailure: Continue") +
             TestRun::bash_step("Each", "true", "loop: { forEach: [\"{{ build.None.outputs.stdout }}\"] }"));
  EXPECT_THAT(all_of_type<StepFinished>(test.run())[1].failure_message,
              HasSubstr("{{ build.None.outputs.stdout }}: step None of phase build failed"));
}

struct ConditionCase {
  const char* condition;
  Status step;
  Status run;
  Counts counts;
};

class StepConditions : public testing::TestWithParam<ConditionCase> {};

TEST_P(StepConditions, DecideWhetherTheStepRuns_COND2_COND3_COND4_D_18_EXIT_9_GOTCHA_13) {
  TestRun test;
  test.steps(TestRun::bash_step("First", "echo first",
                                std::string("onFailure: Continue\n        if: ") + GetParam().condition) +
             TestRun::bash_step("Second", "echo second"));
  const auto events = test.run();
  EXPECT_EQ(all_of_type<StepFinished>(events)[0].status, GetParam().step) << GetParam().condition;
  EXPECT_EQ(end_of(events).status, GetParam().run);
  EXPECT_EQ(output_of(events), GetParam().step == Status::success ? "first\nsecond\n" : "second\n");
  EXPECT_EQ(end_of(events).counts.executed, GetParam().counts.executed);
  EXPECT_EQ(end_of(events).counts.skipped, GetParam().counts.skipped);
  EXPECT_EQ(end_of(events).counts.failed, GetParam().counts.failed);
}

INSTANTIATE_TEST_SUITE_P(
    Table, StepConditions,
    testing::Values(
        ConditionCase{"{ folderExists: / }", Status::success, Status::success, {.executed = 2}},
        ConditionCase{"{ folderExists: /nope }", Status::skipped, Status::success, {.executed = 1, .skipped = 1}},
        ConditionCase{
            "{ folderExists: /, then: Skip }", Status::skipped, Status::success, {.executed = 1, .skipped = 1}},
        ConditionCase{
            "{ folderExists: /nope, then: Skip, else: Execute }", Status::success, Status::success, {.executed = 2}},
        ConditionCase{"[{ folderExists: / }]", Status::success, Status::success, {.executed = 2}},  // COND-1
        ConditionCase{"{ folderExists: /, then: Abort }", Status::failed, Status::failed, {.executed = 2, .failed = 1}},
        ConditionCase{
            "{ binaryExists: bash, then: Skip }", Status::skipped, Status::success, {.executed = 1, .skipped = 1}},
        ConditionCase{
            "{ binaryExists: /bin/sh, then: Skip }", Status::skipped, Status::success, {.executed = 1, .skipped = 1}},
        ConditionCase{
            "{ binaryExists: cd, then: Skip }", Status::skipped, Status::success, {.executed = 1, .skipped = 1}},
        ConditionCase{
            "{ binaryExists: no-such-program }", Status::skipped, Status::success, {.executed = 1, .skipped = 1}},
        ConditionCase{"{ fileExists: /etc/passwd, then: Skip }",
                      Status::skipped,
                      Status::success,
                      {.executed = 1, .skipped = 1}}));

TEST(Conditions, LeaveASkippedStepInTheResultsWithoutOutputs_LOG19) {
  TestRun test;
  test.steps(TestRun::bash_step("Skipped", "true", "if: { fileExists: /nope }"));
  test.run();
  const auto step = step_result(test, 0);
  EXPECT_EQ(step["status"], "skipped");
  EXPECT_EQ(step["outputs"], "[]");
  EXPECT_FALSE(step.contains("if"));
}

TEST(Conditions, AnAbortIsNotTriedAgain_COND4_COND5) {
  TestRun test;
  test.steps(TestRun::bash_step("Aborted", "true", "maxAttempts: 3\n        if: { fileExists: /nope, else: Abort }"));
  const auto events = test.run();
  EXPECT_TRUE(all_of_type<AttemptStarted>(events).empty());
  EXPECT_EQ(all_of_type<StepFinished>(events)[0].failure_message,
            "the condition of the step says Abort: fileExists /nope is false");
}

TEST(Conditions, AreEvaluatedOnceAndBeforeTheLoop_COND5_LOOP19) {
  TestRun test;
  test.steps(
      TestRun::bash_step("Each", "touch made; test {{ loop.index }} -lt 1",
                         "maxAttempts: 2\n        onFailure: Ignore\n        if: { fileExists: made, then: Skip, else: "
                         "Execute }\n        loop: { for: { start: 1, end: 3, updateBy: 1 } }"));
  const auto events = test.run();
  EXPECT_EQ(all_of_type<IterationStarted>(events).size(), 4U);
  EXPECT_EQ(all_of_type<StepFinished>(events)[0].status, Status::ignored_failure);
}

TEST(Conditions, ReadChainedValuesAndHashes_COND10_COND18_COND19) {
  TestRun test;
  test.steps(TestRun::bash_step("Stage", "echo dev; printf 'hello world' > hello.txt") +
             TestRun::bash_step("Chained", "echo never",
                                "if: { stringEquals: DEV, value: \"{{ build.Stage.outputs.stdout }}\", then: Skip }") +
             TestRun::bash_step("Hashed", "echo never",
                                "if: { fileSHA256Equals: "
                                "B94D27B9934D3E08A52E52D7DA7DABFAC484EFE37A5380EE9088F7ACE2EFCDE9, path: hello.txt, "
                                "then: Skip }") +
             TestRun::bash_step(
                 "Sums", "echo never",
                 "if: { and: [ { fileMD5Equals: 5eb63bbbe01eeed093cb22bb8f5acdc3, path: hello.txt }, { "
                 "fileSHA1Equals: 2aae6c35c94fcfb415dbe95f408b9ce91ee846ed, path: hello.txt } ], then: Skip }"));
  EXPECT_EQ(output_of(test.run()), "dev\n");
}

TEST(Assertions, TakeANumberForItsTextInComparisonsOfTexts_ASSERT_6) {
  TestRun test;
  test.steps(
      "      - { name: Same, action: Assert, inputs: { stringEquals: '1.10', value: 1.10 } }\n"
      "      - { name: Other, action: Assert, inputs: { stringEquals: 1.1, value: 1.10 }, onFailure: Ignore }\n");
  const auto steps = all_of_type<StepFinished>(test.run());
  EXPECT_EQ(steps.at(0).status, Status::success);
  EXPECT_EQ(steps.at(1).status, Status::ignored_failure);
}

TEST(Assertions, FailTheStepWithTheComparisonThatDecided_CONDASSERT2_ASSERT1_ASSERT11) {
  TestRun test;
  test.steps(R"(      - name: Fine
        action: Assert
        inputs: { numberGreaterThan: 2, value: 3 }
      - name: Wrong
        action: Assert
        maxAttempts: 2
        inputs: { and: [ { folderExists: / }, { stringEquals: prod, value: dev } ] }
)");
  const auto events = test.run();
  const auto steps = all_of_type<StepFinished>(events);
  EXPECT_EQ(steps[0].status, Status::success);
  EXPECT_EQ(steps[1].failure_message, "Assertion failed: and: stringEquals prod dev");
  EXPECT_EQ(steps[1].attempts, 2U);  // CONDASSERT-5
  EXPECT_EQ(step_result(test, 0)["inputs"], R"([{"numberGreaterThan":"2","value":"3"}])");
  EXPECT_EQ(step_result(test, 0)["outputs"], "[]");  // CONDASSERT-4
}

}  // namespace
}  // namespace ibtest::test
