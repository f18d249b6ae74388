// What a run leaves in its log folder, over the agent's own protocol: sections 6.3 and 6.4 of the language
// specification, section 2.3 of the module specification. fixtures/log-folder has the formats.
#include <fstream>

#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::string> keys_of(const nlohmann::ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items())
    keys.push_back(key);
  return keys;
}

TEST(LogFolderOfARun, HasTheFilesUnderTheirLowerCaseNames_LOG_4_LOG_5_LOG_20) {
  TestRun test;
  test.document(TestRun::one_phase(TestRun::bash_step("Hello", "echo Hello")), "some/hello.yml");
  test.run();
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(test.log_folder()))
    names.push_back(entry.path().filename().string());
  EXPECT_THAT(names, UnorderedElementsAre("D0__hello.yml", "application.log", "console.log", "detailedoutput.json",
                                          "chaining.json"));
}

TEST(DetailedOutput, HasEveryFieldOfAStepWithItsDefaults_OUT_1_OUT_2_STEP_3_LOG_16_GEN_16) {
  TestRun test;
  test.steps(TestRun::bash_step("HelloStep", "echo Hello"));
  test.run();
  const auto step = test.results()["documents"][0]["phases"][0]["steps"][0];
  EXPECT_THAT(keys_of(step),
              ElementsAre("name", "status", "failureMessage", "timeoutSeconds", "onFailure", "maxAttempts", "action",
                          "startTime", "endTime", "inputs", "outputs", "loop", "detailedOutput"));
  EXPECT_EQ(step["status"], "success");
  EXPECT_EQ(step["timeoutSeconds"], 7200);
  EXPECT_EQ(step["onFailure"], "Abort");
  EXPECT_EQ(step["maxAttempts"], 1);
  EXPECT_TRUE(step["detailedOutput"].is_null());
  // Texts that hold a list of one object, although the document has one mapping.
  EXPECT_EQ(step["inputs"], R"([{"commands":["echo Hello\n"]}])");
  EXPECT_EQ(step["outputs"], R"([{"stdout":"Hello"}])");
  EXPECT_THAT(step["startTime"], MatchesRegex("[0-9]{4}-[0-9-]+T[0-9:]+(Z|[-+][0-9:]+)"));
}

TEST(DetailedOutput, HasThePathAsGivenAndEmptyTextsForWhatIsAbsent_LOG_14) {
  TestRun test;
  test.document(TestRun::one_phase(TestRun::bash_step("Hello", "true")), "../else/where.yml");
  test.document("name: Named\ndescription: Described\n" + TestRun::one_phase(TestRun::bash_step("Hello", "true")),
                "named.yml");
  test.run();
  const auto documents = test.results()["documents"];
  EXPECT_EQ(documents[0]["filePath"], "../else/where.yml");
  EXPECT_EQ(documents[0]["name"], "");
  EXPECT_EQ(documents[0]["description"], "");
  EXPECT_EQ(documents[1]["name"], "Named");
  EXPECT_EQ(documents[1]["description"], "Described");
}

TEST(DetailedOutput, LeavesOutWhatNeverRanAfterAnAbort_EXEC_9) {
  TestRun test;
  test.document(TestRun::one_phase(TestRun::bash_step("First", "exit 1") + TestRun::bash_step("Never", "true")) +
                "  - name: validate\n    steps:\n" + TestRun::bash_step("Nor", "true"));
  test.run();
  const auto phases = test.results()["documents"][0]["phases"];
  ASSERT_EQ(phases.size(), 1U);
  ASSERT_EQ(phases[0]["steps"].size(), 1U);
  EXPECT_EQ(phases[0]["steps"][0]["name"], "First");
}

TEST(ConsoleLog, MarksTheErrorAndNamesTheFirstFailedStepAtItsEnd_D_10_LOG_8_LOG_9_LOG_10) {
  TestRun test;
  test.steps(TestRun::bash_step("Tries", "echo first >&2; exit 3", "onFailure: Continue") +
             TestRun::bash_step("Second", "exit 4"));
  test.run();
  const std::string console = test.console();
  EXPECT_THAT(console, HasSubstr("CmdExecution: [ ERROR ] Command execution has resulted in an error\n"
                                 "CmdExecution: Stderr: first\nCmdExecution: ExitCode 3\n"));
  EXPECT_THAT(console, HasSubstr("TOE has completed execution with failure - Execution failed!\n"
                                 "Document: component.yml\nComponentArn: \nPhase: build\nStep: Tries\n"
                                 "Action: ExecuteBash\nErrorMessage: exit status 3\nStderr: first\n"));
}

// The agent waits for the file that this test makes only after it has seen the output.
TEST(Output, IsThereWhileTheCommandStillRuns_EXECUTEBASH_5_LOG_7) {
  TestRun test;
  test.steps(TestRun::bash_step("Waits", "echo first; while [ ! -e go-on ]; do sleep 0.05; done; echo second"));
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  const auto before = agent.read_until([](const Event& event) {
    return std::holds_alternative<Output>(event.body) || std::holds_alternative<RunFinished>(event.body);
  });
  EXPECT_EQ(output_of(before), "first\n");
  std::ofstream(std::filesystem::path(test.job.working_directory) / "go-on") << "";
  EXPECT_EQ(end_of(agent.read_run()).status, Status::success);
  agent.send(Release{});
  EXPECT_EQ(agent.wait(), 0);
  EXPECT_THAT(test.console(), HasSubstr("Stdout: first\nStdout: second\n"));
}

TEST(Parameters, StandInPlainTextInAllLogs_VAR_6_GOTCHA_23) {
  TestRun test;
  test.document(
      "schemaVersion: 1.0\nparameters:\n  - Password: { type: string }\nphases:\n  - name: build\n"
      "    steps:\n" +
      TestRun::bash_step("Login", "echo {{ Password }}"));
  test.job.documents.front().parameters = {{"Password", "hunter22"}};
  test.run();
  EXPECT_THAT(test.console(), HasSubstr("Stdout: hunter22"));
  for (const char* file : {"application.log", "detailedoutput.json", "chaining.json"})
    EXPECT_THAT(read_file(test.log_folder() / file), HasSubstr("hunter22")) << file;
}

TEST(Secrets, OfTheJobAreKeptOutOfEverything_EMU_11) {
  TestRun test;
  test.job.environment["AWS_SECRET_ACCESS_KEY"] = "s3cr3t+key/of=steps";
  test.job.secrets = {"s3cr3t+key/of=steps"};
  test.steps(TestRun::bash_step("Look",
                                "echo $AWS_SECRET_ACCESS_KEY; echo $AWS_SECRET_ACCESS_KEY >&2\n"
                                "[ \"$AWS_SECRET_ACCESS_KEY\" = '{{ env:AWS_SECRET_ACCESS_KEY }}' ]"));
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(output_of(events), "***\n");
  for (const auto& entry : std::filesystem::directory_iterator(test.log_folder()))
    EXPECT_THAT(read_file(entry.path()), Not(HasSubstr("s3cr3t"))) << entry.path();
}

}  // namespace
}  // namespace ibtest::test
