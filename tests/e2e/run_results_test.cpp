#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(RunTest, ADocumentThatSucceedsEndsWith0AndLeavesItsLogs) {
  write_scripts("ok.yml", {"echo hello", "echo again"});
  const ProgramResult result = ibtest({"run", "ok.yml", "--target", plain_});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.errors, StartsWith("target docker:debian:12\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step1 | hello\n"));
  EXPECT_THAT(result.errors, HasSubstr("success: 2 passed, 0 failed in "));
  EXPECT_THAT(result.errors, HasSubstr("logs: .ibtest/runs/"));
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: hello"));
  EXPECT_THAT(log("application.log"), HasSubstr("Debug"));
  EXPECT_EQ(json::parse(log("detailedoutput.json"))["status"], "success");
  EXPECT_TRUE(json::parse(log("chaining.json")).is_array());
  EXPECT_THAT(log("D0__ok.yml"), StartsWith("schemaVersion"));
  EXPECT_THAT(log("events.jsonl"), HasSubstr("\"e\":\"run-end\""));
  EXPECT_EQ(content(".ibtest/.gitignore"), "*\n");
}

TEST_F(RunTest, AFailedStepEndsWith1AndIsShownWithItsPlaceAndOutput_GOTCHA5) {
  write_scripts("bad.yml", {"true", "echo out; echo 'fatal: $HOME not set' >&2; exit 3", "echo never"});
  const ProgramResult result = ibtest({"run", "bad.yml", "--target", plain_});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("bad.yml:10  phase build, step Step2 (ExecuteBash)\n    exit status 3\n"));
  EXPECT_THAT(result.errors, HasSubstr("    | fatal: $HOME not set\n"));
  EXPECT_THAT(result.errors, HasSubstr("hint: steps run without HOME"));
  EXPECT_THAT(result.errors, HasSubstr("failed: 1 passed, 1 failed, 1 not run in "));
  EXPECT_THAT(result.errors, Not(HasSubstr("never\n")));
  EXPECT_EQ(json::parse(log("detailedoutput.json"))["status"], "failed");
}

TEST_F(RunTest, StepsReadTheOutputsOfEarlierOnes_CHAIN1) {
  write("chain.yml", R"(schemaVersion: 1.0
parameters:
  - Greeting: {type: string, default: hi}
phases:
  - name: build
    steps:
      - name: Say
        action: ExecuteBash
        inputs: {commands: ["echo '{{ Greeting }}' world"]}
      - name: Repeat
        action: ExecuteBash
        inputs: {commands: ["echo \"[{{ build.Say.outputs.stdout }}]\""]}
)");
  const ProgramResult result = ibtest({"run", "chain.yml", "--target", plain_, "--param", "Greeting=good, day"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Repeat | [good, day world]"));
}

TEST_F(RunTest, DocumentsRunInOrderAndTheLaterOnesNotAfterAnAbort_STEP11) {
  write_scripts("one.yml", {"echo first"});
  write_scripts("two.yml", {"exit 1"});
  write_scripts("three.yml", {"echo third"});
  const ProgramResult result =
      ibtest({"run", "one.yml", "two.yml", "three.yml", "--target", plain_, "--format", "json"});
  EXPECT_EQ(result.status, 1);
  const json report = json::parse(result.output);
  ASSERT_EQ(report["documents"].size(), 2U);
  EXPECT_EQ(report["documents"][0]["filePath"], "one.yml");
  EXPECT_EQ(report["documents"][1]["status"], "failed");
}

TEST_F(RunTest, JsonIsOneObjectWithTheFirstFailure_Service16) {
  write_scripts("bad.yml", {"true", "exit 3"});
  const ProgramResult result = ibtest({"run", "bad.yml", "--target", plain_, "--format", "json"});
  EXPECT_EQ(result.status, 1);
  const json report = json::parse(result.output);
  EXPECT_EQ(report["status"], "failed");
  EXPECT_EQ(report["executedStepCount"], 2);
  EXPECT_EQ(report["failedStepCount"], 1);
  EXPECT_EQ(report["ignoredFailedStepCount"], 0);
  EXPECT_EQ(report["skippedStepCount"], 0);
  EXPECT_EQ(report["failureMessage"], "Document bad.yml failed!");
  EXPECT_EQ(report["executionId"], run_ids().front());
  EXPECT_TRUE(std::filesystem::exists(report["logDir"].get<std::string>() + "/console.log"));
  EXPECT_EQ(report["failureContext"], (json{{"componentArn", ""},
                                            {"phaseName", "build"},
                                            {"stepName", "Step2"},
                                            {"action", "ExecuteBash"},
                                            {"errorMessage", "exit status 3"}}));
  EXPECT_EQ(report["documents"][0]["phases"][0]["steps"][1]["failureMessage"], "exit status 3");
}

TEST_F(RunTest, JsonlPrintsTheEventsOfTheRunAsTheyAreInItsFolder) {
  write_scripts("ok.yml", {"echo hello"});
  const ProgramResult result = ibtest({"run", "ok.yml", "--target", plain_, "--format", "jsonl", "-q"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.errors, StartsWith("success: 1 passed"));
  EXPECT_EQ(result.output, log("events.jsonl"));
  EXPECT_THAT(result.output, HasSubstr("\"text\":\"hello\\n\""));
}

TEST_F(RunTest, JunitIsValidXml) {
  write_scripts("a & b.yml", {"echo '<&>]]>'; printf '\\001\\377'", "exit 1"});
  const ProgramResult result = ibtest({"run", "a & b.yml", "--target", plain_, "--junit", "report.xml"});
  EXPECT_EQ(result.status, 1);
  const ProgramResult parsed = tool({"xmllint", "--xpath",
                                     "concat(count(//testcase), ' ', count(//failure), ' ', //testsuites/@failures, "
                                     "' ', string(//testcase[1]/@classname))",
                                     "report.xml"});
  EXPECT_EQ(parsed.status, 0) << parsed.errors;
  EXPECT_EQ(parsed.output, "2 1 1 a & b.yml.build\n");
}

TEST_F(RunTest, OutputThatIsNotUtf8IsShownSafely_OUT11) {
  write_scripts("bytes.yml", {"printf 'a\\377b\\n\\033[2Jclear\\n'"});
  const ProgramResult result = ibtest({"run", "bytes.yml", "--target", plain_, "--format", "json"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step1 | a\xEF\xBF\xBD"
                                       "b\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step1 | clear\n"));
  EXPECT_EQ(result.errors.find('\x1b'), std::string::npos);
  EXPECT_TRUE(json::accept(result.output));
}

TEST_F(RunTest, ABackgroundProcessHoldingTheOutputTimesOut_GOTCHA27) {
  write("holds.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Holds
        action: ExecuteBash
        timeoutSeconds: 2
        inputs: {commands: ["sleep 300 & echo started"]}
)");
  const ProgramResult result = ibtest({"run", "holds.yml", "--target", plain_});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("step timed out after 2 seconds"));
  EXPECT_THAT(result.errors, HasSubstr("hint: a step lasts until its output is closed"));
}

TEST_F(RunTest, SeveralTargetsRunOneAfterAnotherAndTheWorstCounts) {
  write_scripts("ok.yml", {"true"});
  const ProgramResult result =
      ibtest({"run", "ok.yml", "-t", plain_, "-t", "docker:ibtest-no-such-image:1", "--format", "json"});
  EXPECT_EQ(result.status, 3);
  const json report = json::parse(result.output);
  ASSERT_EQ(report["runs"].size(), 2U);
  EXPECT_EQ(report["runs"][0]["status"], "success");
  EXPECT_EQ(report["runs"][1]["status"], "failed");
  EXPECT_EQ(report["executedStepCount"], 1);
}

TEST_F(RunTest, TheLocalTargetRunsHereAndOnlyWhenAllowed) {
  write_scripts("here.yml", {"echo of this machine > " + (folder_ / "made").string()});
  const ProgramResult refused = ibtest({"run", "here.yml", "--target", "local"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--i-know-this-changes-my-machine"));
  EXPECT_FALSE(exists("made"));
  EXPECT_FALSE(exists(".ibtest"));
  const ProgramResult result = ibtest({"run", "here.yml", "--target", "local", "--i-know-this-changes-my-machine"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(content("made"), "of this machine\n");
  EXPECT_THAT(log("console.log"), HasSubstr("ExecuteBash: STARTED EXECUTION"));
}

// Section 8.3 of the module specification.
TEST_F(RunTest, WhereTheTargetHasNoSudoAStandInRunsTheCommand) {
  const std::string script =
      "sudo id -un; sudo -u nobody -- id -un; sudo -nE sh -c 'echo $HOME $SUDO_USER'; "
      "sudo A=1 printenv A; sudo -i pwd; sudo -s echo 'a b' '$USER'; "
      "sudo no-such-program || echo status $?; sudo -X 2>&1; sudo -u nobody123 true";
  write_scripts("sudo.yml", {script});
  const ProgramResult result = ibtest({"run", "sudo.yml", "--target", plain_, "-v"});
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_THAT(log("console.log"),
              HasSubstr("the target has no sudo; /usr/bin/sudo is a stand-in that runs the command"));
  const std::string output = log("detailedoutput.json");
  EXPECT_THAT(
      output,
      HasSubstr(
          R"(\"root\\nnobody\\n/root root\\n1\\n/root\\na b root\\nstatus 1\\nsudo: it does not know the option X)"));
  EXPECT_THAT(result.errors, HasSubstr("sudo: there is no user nobody123"));

  const ProgramResult without = ibtest({"run", "sudo.yml", "--target", plain_, "--no-sudo-shim"});
  EXPECT_EQ(without.status, 1);
  EXPECT_THAT(without.errors, HasSubstr("sudo: command not found"));
  EXPECT_THAT(without.errors, HasSubstr("the target has no sudo; steps run as root, so it is not needed"));
}

TEST_F(RunTest, ASnapshotHasNoStandInForSudo) {
  write("stages.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps: [{name: Has, action: ExecuteBash, inputs: {commands: ["sudo test -L /usr/bin/sudo"]}}]
  - name: test
    steps: [{name: Look, action: ExecuteBash, inputs: {commands: ["readlink /usr/bin/sudo || true"]}}]
)");
  const ProgramResult result = ibtest({"run", "stages.yml", "--target", plain_, "--no-sudo-shim"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(ibtest({"run", "stages.yml", "--target", plain_}).status, 0);
}

TEST_F(RunTest, ALargeDocumentRunsWhenTheQuotaIsSaidToBeLarger_DOC11) {
  write_scripts("large.yml", {"true # " + std::string(70'000, 'x')});
  const ProgramResult refused = ibtest({"run", "large.yml", "--target", plain_});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("Image Builder accepts at most 65536"));
  const ProgramResult result = ibtest({"run", "large.yml", "--target", plain_, "--max-document-size", "80000"});
  EXPECT_EQ(result.status, 0) << result.errors;
  for (const std::string size : {"0", "-1", "many", "99999999"})
    EXPECT_EQ(ibtest({"run", "large.yml", "--max-document-size", size}).status, 2) << size;
}

TEST_F(RunTest, AGibibyteOfOutputNeitherFillsMemoryNorTheTerminal) {
  // Lines of 1 KiB: the logs get each of them.
  write_scripts("flood.yml", {"head -c 1023 /dev/zero | tr '\\0' x > /tmp/line; echo >> /tmp/line; "
                              "for i in $(seq 1024); do cat /tmp/line; done > /tmp/mib; "
                              "for i in $(seq 1024); do cat /tmp/mib; done; echo the end"});
  const ProgramResult result = tool({"/usr/bin/env", "bash", "-c", "ulimit -v 1000000; exec \"$0\" \"$@\"",
                                     std::string(IBTEST_BIN) + "/ibtest", "run", "flood.yml", "--target", plain_});
  EXPECT_EQ(result.status, 0) << result.errors.substr(0, 2000);
  EXPECT_LT(result.errors.size(), 2U * 1024 * 1024);
  EXPECT_THAT(result.errors, HasSubstr("(more than 1 MiB of output"));
  EXPECT_GT(std::filesystem::file_size(folder_ / ".ibtest/runs/latest/console.log"), 1024U * 1024 * 1024);
}

}  // namespace
}  // namespace ibtest
