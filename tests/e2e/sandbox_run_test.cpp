// How runs in sandboxes begin and end, and where there can be none.
#include <csignal>
#include <thread>

#include "tests/e2e/sandbox_fixture.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

TEST_F(SandboxTest, IsTheDefaultWhereNoEngineAnswers) {
  write_scripts("one.yml", {"echo ran"});
  auto environment = variables();
  environment.insert(environment.end(), {"PATH=/nowhere", "DOCKER_HOST=unix:///nowhere/docker.sock"});
  const ProgramResult result = ibtest({"run", "one.yml"}, environment);
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors,
              testing::StartsWith("target sandbox (no container engine answers; --target chooses another)\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step1 | ran"));
}

TEST_F(SandboxTest, AKilledRunLeavesNoProcess_AndTheNextOneRemovesItsFiles) {
  write_scripts("endless.yml", {"echo started; exec -a ibtest-endless sleep 600"});
  const auto program = start({"run", "endless.yml", "--target", "sandbox", "--format", "jsonl"}, variables());
  ASSERT_TRUE(program->read_until("started"));
  program->signal(SIGKILL);
  static_cast<void>(program->wait());
  for (int i = 0; i < 500 && !tool({"pgrep", "-f", "^ibtest-endless"}).output.empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(tool({"pgrep", "-f", "^ibtest-endless"}).output, "");
  EXPECT_FALSE(fs::is_empty(scratch_));
  write_scripts("one.yml", {"true"});
  const ProgramResult next = run("one.yml");
  EXPECT_EQ(next.status, 0) << next.errors;
  EXPECT_THAT(next.errors, HasSubstr("removed what a killed run left behind: sandbox "));
}

TEST_F(SandboxTest, AnInterruptEndsAnEndlessStep) {
  write_scripts("endless.yml", {"echo started; sleep 600"});
  const auto program = start({"run", "endless.yml", "--target", "sandbox", "--format", "jsonl"}, variables());
  ASSERT_TRUE(program->read_until("started"));
  program->signal(SIGINT);
  EXPECT_EQ(program->wait().status, 130);
}

// EMU-20
TEST_F(SandboxTest, AMachineThatEndsIsNamed_AndItsLogsAreThere) {
  write_scripts("end.yml", {"echo before; sleep 1; kill -TERM 1; sleep 600"});
  const ProgramResult result = run("end.yml");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors,
              HasSubstr("the agent was lost: the sandbox has ended; it was running end.yml:5, step Step1"));
  EXPECT_THAT(log("console.log"), HasSubstr("Setup: STARTED SETUP"));
}

TEST_F(SandboxTest, KeepLeavesItRunningUntilCleanAll) {
  write_scripts("bad.yml", {"echo kept > /opt/ibtest-here; sleep 600 >/dev/null 2>&1 & exit 1"});
  const ProgramResult result = run("bad.yml", "sandbox", {"--keep", "on-failure"});
  EXPECT_EQ(result.status, 1);
  const std::size_t at = result.errors.find("nsenter --target ");
  ASSERT_NE(at, std::string::npos) << result.errors;
  const std::string enter = result.errors.substr(at, result.errors.find('\n', at) - at);
  const ProgramResult entered = tool({"bash", "-c", "echo 'cat /opt/ibtest-here; pgrep -c sleep' | " + enter});
  EXPECT_EQ(entered.output, "kept\n1\n") << entered.errors;
  EXPECT_THAT(ibtest({"clean"}, variables()).output, Not(HasSubstr(scratch_.string())));
  EXPECT_NE(left_in_scratch(), "");
  EXPECT_THAT(clean_all().output, HasSubstr("removed sandbox " + scratch_.string()));
  EXPECT_NE(tool({"bash", "-c", "true | " + enter}).status, 0);
}

// Overlays on an overlay, changes in memory, and no engine: as on a CI machine.
TEST_F(SandboxTest, ServesInAContainer) {
  write("stages.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Make, action: ExecuteBash, inputs: {commands: ["echo made > /opt/made; mv /etc/hosts /opt/hosts"]}}
  - name: test
    steps:
      - {name: Look, action: ExecuteBash, inputs: {commands: ["cat /opt/made; ls /opt"]}}
)");
  const ProgramResult result =
      tool({"docker", "run", "--rm", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt",
            "apparmor=unconfined", "--volume", IBTEST_BIN ":/opt/ibtest:ro", "--volume", folder_.string() + ":/work",
            "--workdir", "/work", "debian:12", "/opt/ibtest/ibtest", "run", "stages.yml"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, testing::StartsWith("target sandbox (no container engine answers"));
  EXPECT_THAT(result.errors, HasSubstr("Look | made\n  Look | hosts\n"));
}

// As in a container whose file system is an overlay already.
TEST_F(SandboxTest, SaysWhereChangesCannotBeKept) {
  write_scripts("one.yml", {"true"});
  const ProgramResult result =
      tool({"unshare", "--mount", "bash", "-c",
            "mkdir lower upper work merged; mount -t overlay x -o lowerdir=lower,upperdir=upper,workdir=work merged; "
            "TMPDIR=$PWD/merged exec " IBTEST_BIN "/ibtest run one.yml --target sandbox"});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors,
              HasSubstr("no folder can hold what a sandbox changes; tried " + (folder_ / "merged").string()));
  EXPECT_THAT(result.errors, HasSubstr("Let TMPDIR name"));
}

// A private container of a CI machine, for example.
TEST_F(SandboxTest, SaysWhenNamespacesAreRefused) {
  write_scripts("one.yml", {"true"});
  const ProgramResult result =
      tool({"setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin", "env", "TMPDIR=" + scratch_.string(),
            IBTEST_BIN "/ibtest", "run", "one.yml", "--target", "sandbox"});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors,
              HasSubstr("starting a sandbox: making the namespaces of a sandbox: Operation not permitted"));
  EXPECT_THAT(result.errors, HasSubstr("docker run --privileged"));
}

}  // namespace
}  // namespace ibtest
