// What a strict run refuses (EMU-19), and steps that this platform cannot run but may never reach (GEN-14).
#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::HasSubstr;

StepFinished only_step(TestRun& test) {
  const auto finished = all_of_type<StepFinished>(test.run());
  return finished.size() == 1 ? finished.front() : StepFinished{};
}

struct StrictCase {
  const char* name;
  std::string step;
  const char* reason;
};

class StrictRun : public testing::TestWithParam<StrictCase> {};

TEST_P(StrictRun, FailsWhereOthersWarn_EMU_19) {
  TestRun lenient;
  lenient.steps(GetParam().step);
  const auto events = lenient.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  std::string warnings;
  for (const LogLine& line : all_of_type<LogLine>(events)) {
    if (line.level == LogLevel::warning) warnings += line.text + "\n";
  }
  EXPECT_THAT(warnings, HasSubstr(GetParam().reason));

  TestRun strict;
  strict.job.strict = true;
  const StepFinished step = only_step(strict.steps(GetParam().step));
  EXPECT_EQ(step.status, Status::failed);
  EXPECT_THAT(step.failure_message, HasSubstr(GetParam().reason));
  EXPECT_THAT(step.failure_message, HasSubstr("(refused because of --strict)"));
}

// S3DOWNLOAD-5, S3DOWNLOAD-6 and UPDATEOS-4: tests/unit/actions; GEN-5: tests/e2e.
INSTANTIATE_TEST_SUITE_P(
    Table, StrictRun,
    testing::Values(
        StrictCase{"Assert3", "      - { name: Case, action: Assert, inputs: { stringEquals: prod, value: PROD } }\n",
                   "stringEquals ignores letter case"},
        StrictCase{"Assert4",
                   "      - { name: Case, action: Assert, inputs: { patternMatches: '^[a-z]+$', value: Upper } }\n",
                   "patternMatches ignores letter case"},
        StrictCase{"Condition", TestRun::bash_step("Case", "true", "if: { stringEquals: prod, value: PROD }"),
                   "step Case: stringEquals ignores letter case"},
        StrictCase{"CreateFolder3",
                   "      - { name: Again, action: CreateFolder, inputs: [ { path: full/sub }, { path: full } ] }\n",
                   "exists and is not empty; its contents are kept"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(StrictRuns, AcceptWhatNothingIsSaidAbout_EMU_19) {
  TestRun test;
  test.job.strict = true;
  test.steps("      - { name: Same, action: Assert, inputs: { stringEquals: prod, value: prod } }\n");
  EXPECT_EQ(only_step(test).status, Status::success);
}

TEST(OtherPlatforms, FailTheStepOnlyWhenItIsReached_GEN_14) {
  const std::string step =
      "      - name: Windows\n        action: ExecutePowerShell\n        if: { folderExists: FOLDER }\n"
      "        inputs: { commands: [ dir ] }\n";
  TestRun skipped;
  skipped.steps(std::string(step).replace(step.find("FOLDER"), 6, "'C:\\Windows'"));
  EXPECT_EQ(only_step(skipped).status, Status::skipped);
  TestRun reached;
  reached.steps(std::string(step).replace(step.find("FOLDER"), 6, "/"));
  const StepFinished finished = only_step(reached);
  EXPECT_EQ(finished.status, Status::failed);
  EXPECT_EQ(finished.failure_message,
            "Action ExecutePowerShell is not supported on platform linux (supported: windows)");
}

}  // namespace
}  // namespace ibtest::test
