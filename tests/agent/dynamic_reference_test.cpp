// References to what only the machine or the cloud knows: VAR-19 to VAR-23.
#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DynamicReferences, ReadTheEnvironmentOfTheSteps_VAR21) {
  TestRun test;
  test.job.environment["ProgramFiles(x86)"] = "C:\\Programs";
  test.steps(TestRun::bash_step("Show", "echo '{{ env:ProgramFiles(x86) }}'") +
             TestRun::bash_step("Unset", "echo '{{ env:NOT_SET }}'"));
  const auto events = test.run();
  EXPECT_EQ(output_of(events), "C:\\Programs\n");
  EXPECT_EQ(all_of_type<StepFinished>(events)[1].failure_message,
            "{{ env:NOT_SET }}: the environment has no variable of this name");
}

TEST(DynamicReferences, KnowTheContext_VAR23) {
  TestRun test;
  test.job.values["context"]["accountId"] = {"111122223333", false};
  test.steps(TestRun::bash_step(
      "Show",
      "echo '{{ context:executionId }} {{ context:accountId }} {{ context:osPlatform }} {{ context:phase }} "
      "{{ context:step }}'; echo '{{ context:osName }}|{{ context:osVersion }}' > os; echo '{{ context:hostname }}' > "
      "host; "
      "echo '{{ context:date }} {{ context:dateTime }}' > date; echo '{{ context:uuid }} {{ context:uuid }}' > uuid; "
      "echo '{{ context:region }}'"));
  test.job.environment["AWS_SSM_REGION_NAME"] = "eu-central-1";
  EXPECT_EQ(output_of(test.run()), test.job.execution_id + " 111122223333 linux build Show\neu-central-1\n");
  const auto file = [&test](const char* name) {
    return read_file(std::filesystem::path(test.job.working_directory) / name);
  };
  EXPECT_THAT(file("date"), testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9-]{10}T[0-9:]{8}Z\n"));
  const std::string uuids = file("uuid");
  EXPECT_THAT(uuids, testing::MatchesRegex(
                         "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} [0-9a-f-]{36}\n"));
  EXPECT_NE(uuids.substr(0, 36), uuids.substr(37, 36)) << "a fresh one per reference";
  const std::string os_release = read_file("/etc/os-release");
  EXPECT_THAT(os_release, HasSubstr(file("os").substr(0, file("os").find('|'))));
}

TEST(DynamicReferences, TakeWhatTheUserGaveForTheCloud_VAR19_VAR20_VAR22) {
  TestRun test;
  test.job.values["aws:ssm"] = {{"/app/version", {"1.2", false}}, {"/name", {"/app/version", false}}};
  test.job.values["aws:imds"] = {{"placement/region", {"eu-west-1", false}}};
  test.document(
      "schemaVersion: 1.0\nparameters:\n  - Name: { type: string, default: /app/version }\n" +
      TestRun::one_phase(TestRun::bash_step("Show",
                                            "echo '{{ aws:ssm:/app/version }} {{ aws:ssm:resolve(Name) }} "
                                            "{{ aws:ssm:resolve(aws:ssm:/name) }} {{ aws:imds:placement/region }}'") +
                         TestRun::bash_step("Missing", "echo '{{ aws:ssm:/none }}'", "onFailure: Continue") +
                         TestRun::bash_step("Metadata", "echo '{{ aws:imds:ami-id }}'"))
          .substr(std::string("schemaVersion: 1.0\n").size()));
  const auto events = test.run();
  EXPECT_EQ(output_of(events), "1.2 1.2 1.2 eu-west-1\n");
  EXPECT_EQ(all_of_type<StepFinished>(events)[1].failure_message,
            "{{ aws:ssm:/none }}: the SSM parameter /none is not known here; give a value for it with --values FILE");
  EXPECT_THAT(all_of_type<StepFinished>(events)[2].failure_message,
              HasSubstr("give a value for it with --values FILE"));
}

TEST(DynamicReferences, KeepSecretsOutOfEverything_VAR19_LOG12) {
  TestRun test;
  test.job.values["aws:ssm"]["/secret"] = {"s3cr3t-value", true};
  test.steps(TestRun::bash_step("Uses", "echo {{ aws:ssm:/secret }} | tee here") +
             TestRun::bash_step("Leaks", "cat here; echo \"{{ build.Uses.outputs.stdout }}\""));
  const auto events = test.run();
  EXPECT_EQ(read_file(std::filesystem::path(test.job.working_directory) / "here"), "s3cr3t-value\n");
  EXPECT_EQ(output_of(events), "***\n***\n");
  for (const char* name : {"console.log", "application.log", "detailedoutput.json", "chaining.json"})
    EXPECT_THAT(read_file(test.log_folder() / name), Not(HasSubstr("s3cr3t"))) << name;
}

TEST(DynamicReferences, KeepSecretsOfConditionsAndLoopsOutOfEverything_VAR19) {
  TestRun test;
  test.job.values["aws:ssm"]["/secret"] = {"s3cr3t-value", true};
  test.steps(
      TestRun::bash_step("Asks", "true",
                         "onFailure: Continue\n        if: { stringEquals: other, value: \"{{ aws:ssm:/secret }}\", "
                         "else: Abort }") +
      TestRun::bash_step("Loops", "echo {{ loop.value }}", "loop: { forEach: [a, \"{{ aws:ssm:/secret }}\"] }"));
  const auto events = test.run();
  EXPECT_EQ(output_of(events), "a\n***\n");
  for (const Event& event : events)
    EXPECT_THAT(encode(event), Not(HasSubstr("s3cr3t")));
  for (const char* name : {"console.log", "application.log", "detailedoutput.json", "chaining.json"})
    EXPECT_THAT(read_file(test.log_folder() / name), Not(HasSubstr("s3cr3t"))) << name;
}

TEST(DynamicReferences, RefuseASecretOfSeveralLines_VAR19) {
  TestRun test;
  test.job.values["aws:ssm"]["/secret"] = {"two\nlines", true};
  test.steps(TestRun::bash_step("Uses", "echo {{ aws:ssm:/secret }}"));
  EXPECT_THAT(all_of_type<StepFinished>(test.run())[0].failure_message, HasSubstr("the secret has several lines"));
}

}  // namespace
}  // namespace ibtest::test
