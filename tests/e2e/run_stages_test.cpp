#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* stages_document = R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Services
        action: ExecuteBash
        inputs:
          commands:
            - |
              set -eu
              for name in enabled started; do
                printf '[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n' \
                  > /etc/systemd/system/$name.service
              done
              systemctl daemon-reload
              systemctl enable --now enabled.service
              systemctl start started.service
              systemctl is-active enabled.service started.service
              echo on-disk > /opt/kept
              echo in-memory > /run/lost
              mkdir -p /dev/shm && echo x > /dev/shm/lost
  - name: test
    steps:
      - name: Fresh
        action: ExecuteBash
        inputs:
          commands:
            - |
              cat /opt/kept
              ls /run/lost /dev/shm/lost 2>/dev/null && exit 5
              systemctl is-active enabled.service || exit 6
              systemctl is-active started.service && exit 7
              ls -d /var/lib/amazon/toe/TOE_* | wc -l
              echo phase $IMAGE_PHASE
)";

TEST_F(RunTest, TestRunsInAFreshBootOfTheSnapshot_Service14) {
  write("stages.yml", stages_document);
  const ProgramResult result = ibtest({"run", "stages.yml", "--target", booted_, "--format", "json"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Fresh | on-disk\n"));
  EXPECT_THAT(result.errors, HasSubstr("Fresh | phase TESTING\n"));
  // The logs of the build stage are not part of the image.
  EXPECT_THAT(result.errors, HasSubstr("Fresh | 1\n"));
  const json report = json::parse(result.output);
  ASSERT_EQ(report["documents"].size(), 1U);
  ASSERT_EQ(report["documents"][0]["phases"].size(), 2U);
  EXPECT_EQ(report["documents"][0]["phases"][1]["name"], "test");
  // Two executions, two log folders.
  const json build = json::parse(log("build/detailedoutput.json"));
  const json test = json::parse(log("test/detailedoutput.json"));
  EXPECT_NE(build["executionId"], test["executionId"]);
  EXPECT_EQ(report["executionId"], build["executionId"]);
}

TEST_F(RunTest, InlineRunsAllPhasesInOneMachineInDocumentOrder) {
  write("inline.yml", R"(schemaVersion: 1.0
phases:
  - name: test
    steps:
      - name: First
        action: ExecuteBash
        inputs: {commands: ["echo $IMAGE_PHASE > /dev/shm/x"]}
  - name: extra
    steps:
      - name: Second
        action: ExecuteBash
        inputs: {commands: ["echo $IMAGE_PHASE >> /dev/shm/x"]}
  - name: build
    steps:
      - name: Third
        action: ExecuteBash
        inputs: {commands: ["echo $(cat /dev/shm/x) $IMAGE_PHASE"]}
)");
  const ProgramResult result = ibtest({"run", "inline.yml", "--target", plain_, "--stages", "inline"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Third | TESTING BUILDING BUILDING\n"));  // D-15
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: TESTING BUILDING BUILDING"));
}

TEST_F(RunTest, AFailedBuildEndsTheRun_Service16) {
  write("fails.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Breaks
        action: ExecuteBash
        inputs: {commands: ["exit 1"]}
  - name: test
    steps:
      - name: Never
        action: ExecuteBash
        inputs: {commands: ["echo never"]}
)");
  const ProgramResult result = ibtest({"run", "fails.yml", "--target", plain_});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("0 passed, 1 failed, 1 not run"));
  EXPECT_TRUE(exists(".ibtest/runs/latest/build/console.log"));
  EXPECT_FALSE(exists(".ibtest/runs/latest/test"));
}

TEST_F(RunTest, PhasesThatNoStageRunsAreWarnedAbout_DOC9) {
  write("custom.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: One, action: ExecuteBash, inputs: {commands: ["true"]}}
  - name: custom
    steps:
      - {name: Two, action: ExecuteBash, inputs: {commands: ["echo ran"]}}
)");
  const ProgramResult staged = ibtest({"run", "custom.yml", "--target", plain_});
  EXPECT_EQ(staged.status, 0);
  EXPECT_THAT(staged.errors, HasSubstr("phase-never-runs"));
  EXPECT_THAT(staged.errors, Not(HasSubstr("Two")));
  const ProgramResult inlined = ibtest({"run", "custom.yml", "--target", plain_, "--stages", "inline"});
  EXPECT_EQ(inlined.status, 0);
  EXPECT_THAT(inlined.errors, Not(HasSubstr("phase-never-runs")));
  EXPECT_THAT(inlined.errors, HasSubstr("Two | ran"));
}

TEST_F(RunTest, KeepLeavesTheMachineAndSaysHowToEnterIt) {
  write_scripts("bad.yml", {"echo kept > /opt/here; exit 1"});
  const ProgramResult result = ibtest({"run", "bad.yml", "--target", plain_, "--keep", "on-failure"});
  EXPECT_EQ(result.status, 1);
  const std::size_t at = result.errors.find("kept: the machine is still there; enter it with\n  ");
  ASSERT_NE(at, std::string::npos) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("ibtest clean --all"));
  std::string enter = result.errors.substr(result.errors.find("docker exec", at));
  enter = enter.substr(0, enter.find('\n'));
  const std::size_t terminal = enter.find(" -it ");
  ASSERT_NE(terminal, std::string::npos) << enter;
  enter.replace(terminal, 5, " -i ");
  const ProgramResult entered = tool({"bash", "-c", "echo 'cat /opt/here' | " + enter});
  EXPECT_EQ(entered.output, "kept\n") << entered.errors;
  const std::string left = left_behind();
  EXPECT_NE(left, "");
  // Another run leaves it alone.
  EXPECT_EQ(ibtest({"clean"}).status, 0);
  EXPECT_EQ(left_behind(), left);
  for (const std::string& id : run_ids())
    tool({"bash", "-c", "docker rm -f $(docker ps -aq --filter label=ibtest.run=" + id + ")"});
}

TEST_F(RunTest, KeepOnFailureLeavesNothingAfterSuccess) {
  write_scripts("ok.yml", {"true"});
  const ProgramResult result = ibtest({"run", "ok.yml", "--target", plain_, "--keep", "on-failure"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.errors, Not(HasSubstr("kept:")));
}

}  // namespace
}  // namespace ibtest
