// What a run does with its documents: section 6.1 of the language specification, over the agent's own protocol.
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> finished_steps(const std::vector<Event>& events) {
  std::vector<std::string> names;
  for (const StepStarted& step : all_of_type<StepStarted>(events))
    names.push_back(step.name);
  return names;
}

struct OnFailureCase {
  const char* setting;
  Status step;
  Status phase;
  Status run;
  bool goes_on;
  Counts counts;
};

class OnFailure : public testing::TestWithParam<OnFailureCase> {};

// Table 1.4, STEP-1, STEP-9, STEP-11, EXEC-5, EXEC-7, EXEC-8, EXIT-4, GOTCHA-13.
TEST_P(OnFailure, DecidesOnWhatFollows) {
  TestRun test;
  test.document(
      TestRun::one_phase(TestRun::bash_step("First", "exit 1",
                                            std::string("maxAttempts: 2\n        onFailure: ") + GetParam().setting) +
                         TestRun::bash_step("Second", "true")) +
          "  - name: validate\n    steps:\n" + TestRun::bash_step("Third", "true"),
      "one.yml");
  test.document(TestRun::one_phase(TestRun::bash_step("Fourth", "true")), "two.yml");
  const auto events = test.run();
  const RunFinished end = end_of(events);
  EXPECT_EQ(end.status, GetParam().run);
  EXPECT_EQ(end.failure_message, end.status == Status::failed ? "Document one.yml failed!" : "");
  EXPECT_EQ(end.counts.executed, GetParam().counts.executed);
  EXPECT_EQ(end.counts.failed, GetParam().counts.failed);
  EXPECT_EQ(end.counts.ignored_failed, GetParam().counts.ignored_failed);
  EXPECT_EQ(all_of_type<StepFinished>(events).front().status, GetParam().step);
  EXPECT_EQ(all_of_type<StepFinished>(events).front().failure_message, "exit status 1");
  EXPECT_EQ(all_of_type<StepFinished>(events).front().attempts, 2U) << "only when the attempts are used up";
  EXPECT_EQ(all_of_type<PhaseFinished>(events).front().status, GetParam().phase);
  EXPECT_EQ(all_of_type<DocumentFinished>(events).front().status, GetParam().phase);
  if (GetParam().goes_on) {
    EXPECT_THAT(finished_steps(events), ElementsAre("First", "Second", "Third", "Fourth"));
  } else {
    EXPECT_THAT(finished_steps(events), ElementsAre("First"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, OnFailure,
    testing::Values(OnFailureCase{"Abort", Status::failed, Status::failed, Status::failed, false, {1, 1, 0, 0}},
                    OnFailureCase{"Continue", Status::failed, Status::failed, Status::failed, true, {4, 1, 0, 0}},
                    OnFailureCase{"Ignore",
                                  Status::ignored_failure,
                                  Status::success_with_ignored_failure,
                                  Status::success,
                                  true,
                                  {4, 0, 1, 0}}),
    [](const auto& tested) { return std::string(tested.param.setting); });

TEST(Run, RetriesAtOnceAndFromTheBeginning_EXEC_4_GEN_17) {
  TestRun test;
  test.steps(TestRun::bash_step("Third", "echo x >> tries; [ $(wc -l < tries) = 3 ]", "maxAttempts: 5"));
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(end_of(events).counts.executed, 1U) << "retries count once (EXEC-7)";
  EXPECT_EQ(all_of_type<StepFinished>(events).front().attempts, 3U);
  std::vector<bool> attempts;
  for (const AttemptFinished& attempt : all_of_type<AttemptFinished>(events))
    attempts.push_back(attempt.succeeded);
  EXPECT_THAT(attempts, ElementsAre(false, false, true));
}

TEST(Run, LimitsEachAttempt_EXEC_3_GEN_18) {
  TestRun test;
  test.job.documents.push_back({.path = "t.yml",
                                .text = TestRun::one_phase(TestRun::bash_step(
                                    "Slow", "echo x >> tries; sleep 600", "timeoutSeconds: 1\n        maxAttempts: 2")),
                                .parameters = {}});
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::failed);
  EXPECT_EQ(all_of_type<AttemptFinished>(events).size(), 2U);
  EXPECT_EQ(all_of_type<StepFinished>(events).front().failure_message, "step timed out after 1 seconds");
  EXPECT_EQ(read_file(std::filesystem::path(test.job.working_directory) / "tries"), "x\nx\n");
}

TEST(Run, RunsCommandsAsOneScriptWithoutErrorSettings_GOTCHA_1_GOTCHA_2) {
  TestRun test;
  test.document(
      "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: Script\n        action: ExecuteBash\n"
      "        inputs:\n          commands:\n            - X=kept\n            - cd /\n            - \"false\"\n"
      "            - echo $X $PWD\n            - exit 0\n            - echo never\n");
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(output_of(events), "kept /\n");
}

TEST(Run, GivesStepsTheEnvironmentOfTheJobAndNothingElse_GOTCHA_4_GOTCHA_5_GOTCHA_8_GOTCHA_9) {
  TestRun test;
  ::setenv("IBTEST_OF_THE_DEVELOPER", "must not be seen", 1);
  test.job.environment["GIVEN"] = "a value";
  test.steps(TestRun::bash_step("Look",
                                "env | grep -v -e ^_= -e ^SHLVL= -e ^PWD= | sort\n"
                                "echo \"home=${HOME-unset} $(umask) $PWD $(readlink /proc/$$/fd/0)\"\n"
                                "shopt -q login_shell || echo no login shell"));
  EXPECT_EQ(output_of(test.run()),
            "GIVEN=a value\nIMAGE_PHASE=BUILDING\nLANG=C.UTF-8\n"
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin\nhome=unset 0022 " +
                test.job.working_directory + " /dev/null\nno login shell\n");
}

TEST(Run, UsesTheIdentityOfTheAgentForEverything_GEN_11) {
  TestRun test;
  test.steps(TestRun::bash_step("Look", "echo $(id -u):$(id -g)") +
             "      - name: File\n        action: CreateFile\n        inputs: [ { path: made } ]\n");
  EXPECT_EQ(output_of(test.run()), std::to_string(::geteuid()) + ":" + std::to_string(::getegid()) + "\n");
  struct stat status {};
  ASSERT_EQ(::stat((test.job.working_directory + "/made").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, ::geteuid());
  EXPECT_EQ(status.st_gid, ::getegid());
}

TEST(Run, ExecutesOneDocumentAfterTheOtherAndNotPhaseByPhase_EXEC_5) {
  TestRun test;
  for (const std::string name : {"one", "two"}) {
    test.document(TestRun::one_phase(TestRun::bash_step("Say", "echo " + name + " builds")) +
                      "  - name: validate\n    steps:\n" + TestRun::bash_step("Say", "echo " + name + " validates"),
                  name + ".yml");
  }
  EXPECT_EQ(output_of(test.run()), "one builds\none validates\ntwo builds\ntwo validates\n");
}

TEST(Run, TakesModesHoweverTheyAreWritten_PERM_1_GEN_6) {
  TestRun test;
  std::string items;
  for (const char* mode : {"0755", "755", "'0755'", "\"755\""})
    items += std::string("          - { path: made, permissions: ") + mode + " }\n";
  test.steps(
      "      - name: File\n        action: CreateFile\n        inputs: [ { path: made } ]\n"
      "      - name: Modes\n        action: SetFilePermissions\n        inputs:\n" +
      items + TestRun::bash_step("Look", "stat -c %a made"));
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(output_of(events), "755\n");
  const std::string inputs = test.results()["documents"][0]["phases"][0]["steps"][1]["inputs"];
  EXPECT_EQ(inputs, R"([{"path":"made","permissions":"0755"},{"path":"made","permissions":"755"},)"
                    R"({"path":"made","permissions":"0755"},{"path":"made","permissions":"755"}])");
}

TEST(Run, TellsStepsTheirStage_D_15_VAR_24) {
  TestRun test;
  std::string text = "schemaVersion: 1.0\nphases:\n";
  for (const char* phase : {"build", "validate", "test", "container-host-test", "custom"}) {
    text += std::string("  - name: ") + phase + "\n    steps:\n" + TestRun::bash_step("Say", "echo $IMAGE_PHASE");
  }
  EXPECT_EQ(output_of(test.document(text).run()), "BUILDING\nBUILDING\nTESTING\nTESTING\nBUILDING\n");
}

TEST(Run, FiltersPhasesButKeepsTheirOrder_DOC_8) {
  TestRun test;
  std::string text = "schemaVersion: 1.0\nphases:\n";
  for (const char* phase : {"validate", "build", "test"}) {
    text +=
        std::string("  - name: ") + phase + "\n    steps:\n" + TestRun::bash_step("Say", std::string("echo ") + phase);
  }
  test.job.phases = {"build", "validate", "no-such-phase"};
  const auto events = test.document(text).run();
  EXPECT_EQ(output_of(events), "validate\nbuild\n");
  EXPECT_EQ(all_of_type<RunStarted>(events).front().step_count, 2U);
  const auto chaining = nlohmann::json::parse(read_file(test.log_folder() / "chaining.json"));
  EXPECT_EQ(chaining[0]["phases"][2]["isSelected"], false);  // LOG-21
  EXPECT_EQ(test.results()["documents"][0]["phases"].size(), 2U);
}

TEST(Run, SucceedsWithoutStepsWhenNoPhaseMatches_EXEC_6_GOTCHA_14) {
  TestRun test;
  test.job.phases = {"test"};
  const auto events = test.steps(TestRun::bash_step("Never", "true")).run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(end_of(events).counts.executed, 0U);
}

TEST(Run, PassesAPhaseWithoutSteps_DOC_5) {
  TestRun test;
  test.document("schemaVersion: 1.0\nphases:\n  - name: build\n    steps: []\n  - name: test\n    steps:\n" +
                TestRun::bash_step("Say", "echo here"));
  const auto events = test.run();
  EXPECT_EQ(output_of(events), "here\n");
  EXPECT_EQ(all_of_type<PhaseFinished>(events).size(), 2U);
}

TEST(Run, ExecutesNothingWhenOneDocumentIsInvalid) {
  TestRun test;
  test.document(TestRun::one_phase(TestRun::bash_step("First", "echo ran")), "good.yml");
  test.document("schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: Bad\n        action: Nope\n",
                "bad.yml");
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::failed);
  EXPECT_THAT(end_of(events).failure_message, HasSubstr("bad.yml:6:"));
  EXPECT_THAT(all_of_type<StepStarted>(events), IsEmpty());
  EXPECT_EQ(test.results()["status"], "failed");
}

TEST(Run, ResolvesParametersConstantsAndChainsOnce_VAR_9_VAR_14_CHAIN_2_CHAIN_10_D_3) {
  TestRun test;
  test.document(
      "schemaVersion: 1.0\nparameters:\n"
      "  - Given: { type: string, default: unused }\n  - Default: { type: string, default: \"{{ Given }}\" }\n"
      "  - Missing: { type: string }\nconstants:\n  - Fixed: { type: string, value: constant }\nphases:\n"
      "  - name: build\n    steps:\n" +
      TestRun::bash_step("Source", "printf 'two\\nlines\\n\\n'; echo noise >&2") +
      TestRun::bash_step("Use",
                         "echo '{{Given}} {{ Fixed }} [{{ Missing }}] {{ Default }}'\n"
                         "echo '{{ build.Source.outputs.stdout }}|{{ build.Source.outputs[0].stdout }}'\n"
                         "echo '{{ build.Path.inputs[0].path }} {{ .Names }} {{ loop.value }}'")
          .insert(0,
                  "      - name: Path\n        action: CreateFile\n        inputs:\n"
                  "          - { path: \"{{ Fixed }}.txt\", content: \"{{ build.Source.outputs.stdout }}\" }\n"));
  test.job.documents.front().parameters = {{"Given", "from outside"}};
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::success) << end_of(events).failure_message;
  EXPECT_EQ(output_of(events),
            "two\nlines\n\nfrom outside constant [] {{ Given }}\ntwo\nlines|two\nlines\n"
            "constant.txt {{ .Names }} {{ loop.value }}\n");
  EXPECT_EQ(read_file(std::filesystem::path(test.job.working_directory) / "constant.txt"), "two\nlines");
  std::string warnings;
  for (const LogLine& line : all_of_type<LogLine>(events)) {
    if (line.level == LogLevel::warning) warnings += line.text + "\n";
  }
  EXPECT_THAT(warnings, HasSubstr("`Missing`"));  // D-2, GOTCHA-15
}

TEST(Run, FailsStepsThatChainWhatIsNotThere_CHAIN_8_D_4) {
  TestRun test;
  test.document(TestRun::one_phase(
                    TestRun::bash_step("Failed", "echo text; exit 1", "onFailure: Ignore") +
                    TestRun::bash_step("UseFailed", "echo {{ build.Failed.outputs.stdout }}", "onFailure: Continue") +
                    TestRun::bash_step("UseInput", "echo '{{ build.Failed.inputs.commands[0] }}'")) +
                "  - name: validate\n    steps:\n" +
                TestRun::bash_step("UseFiltered", "echo {{ build.UseInput.outputs.stdout }}"));
  const auto events = test.run();
  const auto steps = all_of_type<StepFinished>(events);
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_THAT(steps[1].failure_message,
              HasSubstr("{{ build.Failed.outputs.stdout }}: step Failed of phase build failed"));
  EXPECT_EQ(steps[2].status, Status::success);
  EXPECT_EQ(test.results()["documents"][0]["phases"][0]["steps"][0]["outputs"], "[{\"stdout\":\"text\"}]");

  TestRun filtered;
  filtered.job.documents = test.job.documents;
  filtered.job.phases = {"validate"};
  const auto filtered_events = filtered.run();
  EXPECT_THAT(all_of_type<StepFinished>(filtered_events).front().failure_message, HasSubstr("has not run"));
}

TEST(Run, HidesWhatAStepWithoutLoggingPrints_STEP_7_GEN_19_D_19) {
  TestRun test;
  test.steps(TestRun::bash_step("Secret", "echo s3cr3t-value; echo s3cr3t-error >&2", "disableLogging: true") +
             TestRun::bash_step("Use",
                                "printf 'it is s3cr3t'; sleep 0.1; echo '-value'\n"
                                "[ '{{ build.Secret.outputs.stdout }}' = s3cr3t-value ] && echo chained"));
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(output_of(events), "it is ***\nchained\n");
  for (const char* file : {"console.log", "application.log", "chaining.json", "detailedoutput.json"}) {
    EXPECT_THAT(read_file(test.log_folder() / file), Not(HasSubstr("s3cr3t-value"))) << file;
    EXPECT_THAT(read_file(test.log_folder() / file), Not(HasSubstr("s3cr3t-error\n"))) << file;
  }
  EXPECT_EQ(test.results()["documents"][0]["phases"][0]["steps"][0]["outputs"], "[{\"stdout\":\"***\"}]");
}

TEST(Run, ShowsWhatReadFilePrintsUnlessLoggingIsDisabled_READFILE_2_GEN_19) {
  const auto read_step = [](const std::string& name, const std::string& more) {
    return "      - name: " + name + "\n        action: ReadFile\n        " + more + "\n        inputs:\n" +
           "          - { path: " + name + ".txt, printFileContent: true }\n";
  };
  TestRun test;
  test.steps(TestRun::bash_step("Write", "printf 'shown\\nlines\\n' > Shown.txt; echo $((6*7))-hidden > Hidden.txt") +
             read_step("Shown", "onFailure: Abort") + read_step("Hidden", "disableLogging: true") +
             TestRun::bash_step("Use", "[ '{{ build.Hidden.outputs.content }}' = \"42-hidden\n\" ]"));
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_THAT(test.console(), HasSubstr("ReadFile: shown\n"));
  EXPECT_THAT(test.console(), HasSubstr("ReadFile: lines\n"));
  EXPECT_THAT(test.console(), Not(HasSubstr("42-hidden")));
  EXPECT_EQ(test.results()["documents"][0]["phases"][0]["steps"][1]["outputs"], "[{\"content\":\"shown\\nlines\\n\"}]");
}

TEST(Run, KeepsTheWordingOfTheRealProgramInTheLogs_LOG_7_LOG_8_LOG_9) {
  TestRun test;
  const auto events = test.steps(TestRun::bash_step("Hello", "echo Hello; echo first >&2; echo second >&2")).run();
  std::string console = test.console();
  for (std::size_t at = 0; (at = console.find("AWSTOE", at)) != std::string::npos; at += 7) {
    const std::size_t end = console.find_first_not_of("0123456789", at + 6);
    console.replace(at + 6, end - at - 6, "1");
  }
  for (std::size_t at = 0; (at = console.find("script-", at)) != std::string::npos; at += 8) {
    const std::size_t end = console.find_first_not_of("0123456789", at + 7);
    console.replace(at + 7, end - at - 7, "2");
  }
  EXPECT_EQ(console,
            "Setup: STARTED SETUP\nSetup: Document component.yml is a local path\nDocument component.yml\nPhase build\n"
            "Step Hello\nExecuteBash: STARTED EXECUTION\nExecuteBash: Created temporary directory: /tmp/AWSTOE1\n"
            "ExecuteBash: Created temporary script file at: /tmp/AWSTOE1/script-2.sh\n"
            "CmdExecution: Preparing object for command bash with arguments [/tmp/AWSTOE1/script-2.sh]\n"
            "CmdExecution: Starting execution of command with arguments [bash /tmp/AWSTOE1/script-2.sh]\n"
            "Stdout: Hello\nCmdExecution: Terminating read operation on STDOUT pipe - EOF\n"
            "CmdExecution: Command execution has been completed\n"
            "CmdExecution: Command execution was completed successfully\nCmdExecution: Stderr: first\nsecond\n"
            "CmdExecution: ExitCode 0\nExecuteBash: Removing temporary directory: /tmp/AWSTOE1\n"
            "ExecuteBash: Successfully removed temporary directory: /tmp/AWSTOE1\nExecuteBash: FINISHED EXECUTION\n"
            "Executor: FINISHED EXECUTION OF ALL DOCUMENTS\nTOE has completed execution successfully\n");
  EXPECT_EQ(end_of(events).status, Status::success);
}

}  // namespace
}  // namespace ibtest::test
