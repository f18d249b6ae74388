#include <csignal>
#include <fstream>
#include <future>

#include <fmt/format.h>

#include "tests/e2e/ssh_fixture.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// What happens on the host: the agent's way there, the run, the logs.
class SshRunTest : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    start_host();
  }
  [[nodiscard]] std::string agent_files(const std::string& folder) const { return in_host("ls " + folder); }
  void claim_machine(const std::string& name) const {
    in_host("mv /bin/uname /bin/real-uname; printf '#!/bin/sh\\n[ \"$1\" = -m ] && echo " + name +
            " || exec real-uname \"$@\"\\n' >/bin/uname; chmod +x /bin/uname");
  }
  const std::string folder_there_ = "/root/.cache/ibtest";
};

TEST_F(SshRunTest, BringsTheAgentOnce) {
  auto result = run("ssh:box");
  expect_success(result);
  EXPECT_THAT(result.errors, HasSubstr("bringing the agent to the host"));
  const std::string there = agent_files(folder_there_);
  result = run("ssh:box");
  expect_success(result);
  EXPECT_THAT(result.errors, Not(HasSubstr("bringing the agent to the host")));
  EXPECT_EQ(agent_files(folder_there_), there);
  EXPECT_EQ(in_host("stat -c %a /root/.cache/ibtest /root/.cache/ibtest/*"), "700\n700\n");
}

TEST_F(SshRunTest, MakesDoWithOneSessionAtATime) {
  start_sshd(2301, {"MaxSessions 1"});
  know_host("[" + address_ + "]:2301");
  for (int i = 0; i < 2; ++i)
    expect_success(run("ssh:box:2301"));
  expect_success(run("ssh:asked@box:2301", {"--become-password=SECRET"}, {"SECRET=asked word"}));
}

// What is removed from the host after a month without use is what nobody uses.
TEST_F(SshRunTest, KeepsAnAgentThatIsUsedFresh) {
  for (const std::string user : {"root", "free"}) {
    const std::string folder = (user == "root" ? "/root" : "/home/" + user) + "/.cache/ibtest";
    expect_success(run("ssh:" + user + "@box"));
    in_host("touch -d '40 days ago' " + folder + "/ibtest-agent-*");
    expect_success(run("ssh:" + user + "@box"));
    EXPECT_EQ(in_host("find " + folder + " -name 'ibtest-agent-*' -mtime -1 | wc -l"), "1\n") << user;
  }
}

// Whether the machine executes it is another matter: this host only claims to be an ARM machine.
TEST_F(SshRunTest, BringsTheAgentForTheMachine) {
  claim_machine("aarch64");
  const auto result = run("ssh:box");
  EXPECT_THAT(result.errors, HasSubstr("the agent is on the host"));
  const std::string hash = tool({"sha256sum", std::string(IBTEST_BIN) + "/ibtest-agent-aarch64"}).output.substr(0, 64);
  EXPECT_EQ(agent_files(folder_there_), "ibtest-agent-" + hash + "\n");
  EXPECT_THAT(in_host("cat " + folder_there_ + "/* | sha256sum"), HasSubstr(hash));
}

TEST_F(SshRunTest, BringsNothingToAMachineThatNoAgentIsFor) {
  claim_machine("riscv64");
  expect_refusal(run("ssh:box"), "the machine is of the architecture riscv64, for which there is no agent");
  EXPECT_EQ(agent_files(folder_there_), "");
}

TEST_F(SshRunTest, GoesOnWithATransferThatBrokeOff) {
  expect_success(run("ssh:box"));
  in_host("cd /root/.cache/ibtest; f=$(ls); head -c 5000000 $f >$f.part; rm $f");
  const auto result = run("ssh:box");
  expect_success(result);
  EXPECT_THAT(result.errors, HasSubstr("bringing the rest of the agent"));
  EXPECT_THAT(agent_files(folder_there_), Not(HasSubstr(".part")));
}

TEST_F(SshRunTest, BeginsAgainWhenTheFirstPartIsDamaged) {
  expect_success(run("ssh:box"));
  for (const std::string size : {"5000", "50000000"}) {
    in_host("cd /root/.cache/ibtest; f=$(ls); head -c " + size + " /dev/zero >$f.part; rm $f");
    expect_success(run("ssh:box"));
    EXPECT_THAT(agent_files(folder_there_), Not(HasSubstr(".part")));
  }
}

TEST_F(SshRunTest, BringsTheAgentForTwoRunsAtOnce) {
  expect_success(run("ssh:box"));
  in_host("cd /root/.cache/ibtest; f=$(ls); head -c 5000000 $f >$f.part; rm $f");
  auto other = std::async(std::launch::async, [this] { return run("ssh:box"); });
  expect_success(run("ssh:box"));
  expect_success(other.get());
  EXPECT_THAT(agent_files(folder_there_), Not(HasSubstr(".part")));
}

TEST_F(SshRunTest, NeedsNeitherGzipNorSha256sum) {
  in_host("mv /bin/gzip /bin/gzip-away; mv /usr/bin/sha256sum /usr/bin/sha256sum-away");
  expect_success(run("ssh:box"));
}

TEST_F(SshRunTest, AvoidsFoldersThatOthersHaveMade) {
  in_host("usermod -d /nonexistent free; id=$(id -u free); install -d -m 700 -o plain /var/tmp/ibtest-$id");
  expect_success(run("ssh:free@box"));
  EXPECT_THAT(in_host("ls /tmp/ibtest-*"), HasSubstr("ibtest-agent-"));
  EXPECT_EQ(in_host("ls /var/tmp/ibtest-*"), "");
  // All of them: a link, one that others may use, and none at all.
  in_host(
      "rm -r /tmp/ibtest-* /var/tmp/ibtest-*; id=$(id -u free); install -d -m 777 -o free /var/tmp/ibtest-$id; "
      "mkdir -m 777 /tmp/elsewhere; ln -s elsewhere /tmp/ibtest-$id");
  const auto result = run("ssh:free@box");
  expect_refusal(result, "has no folder that the agent could be put into");
  EXPECT_THAT(result.errors, AllOf(HasSubstr("others may use it"), HasSubstr("it is a symbolic link")));
  EXPECT_EQ(in_host("ls /tmp/elsewhere"), "");
}

TEST_F(SshRunTest, CopiesTheLogs) {
  write_scripts(document_, {"echo first", "echo second >&2; exit 3"});
  const auto result = run("ssh:box", {"--format", "jsonl"});
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_THAT(log("console.log"), AllOf(HasSubstr("first"), HasSubstr("second")));
  EXPECT_THAT(log("detailedoutput.json"), HasSubstr("\"status\": \"failed\""));
  EXPECT_THAT(result.output, HasSubstr("first"));
}

TEST_F(SshRunTest, CopiesLogsThatAreLarge) {
  write_scripts(document_, {"yes 0123456789012345678901234567890123456789 | head -c 20000000; echo ran as $(id -u)"});
  const auto result = run("ssh:free@box", {"-q"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_GT(log("console.log").size(), 20'000'000U);
  EXPECT_THAT(log("console.log").substr(20'000'000), HasSubstr("ran as 0"));
}

TEST_F(SshRunTest, CopiesTheLogsOfAnAgentThatDied) {
  write_scripts(document_, {"echo before", "sleep 1; kill -9 $PPID; sleep 5"});
  const auto result = run("ssh:free@box");
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("killed by the signal KILL"), HasSubstr("step Step2")));
  EXPECT_THAT(log("console.log"), HasSubstr("before"));
}

TEST_F(SshRunTest, SaysThatTheConnectionWasLost) {
  write_scripts(document_, {"pkill sshd || kill $(pgrep sshd); sleep 5"});
  in_host(
      "command -v pkill || printf '#!/bin/bash\\nfor p in /proc/[0-9]*; do [ \"$(cat $p/comm)\" = sshd ] && [ $p != "
      "/proc/1 ] && "
      "kill -9 ${p#/proc/}; done\\n' >/usr/bin/pkill && chmod 755 /usr/bin/pkill");
  const auto result = run("ssh:box", {"--reconnect-timeout", "1"});
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors,
              AllOf(HasSubstr("the connection to box was lost"), HasSubstr("within 1 s"), HasSubstr("Step1")));
}

TEST_F(SshRunTest, GivesUpAHostThatGivesNoSignOfLife) {
  write_scripts(document_, {"echo started; sleep 100"});
  configure("  ServerAliveInterval 2\n  ServerAliveCountMax 1\n");
  const auto program = start({"run", document_, "--target", "ssh:box", "--ssh-config", "ssh_config", "--format",
                              "jsonl", "--reconnect-timeout", "2"});
  ASSERT_TRUE(program->read_until("started"));
  tool({"docker", "pause", container_});
  const auto result = program->wait();
  tool({"docker", "unpause", container_});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("the host has given no sign of life for 4 s"), HasSubstr("Step1")));
}

TEST_F(SshRunTest, GoesOnWhereALostConnectionHasEnded) {
  write_scripts(document_, {"for i in $(seq 20); do echo line $i; sleep 0.1; done; echo ran as $(id -u)"});
  const auto program =
      start({"run", document_, "--target", "ssh:box", "--ssh-config", "ssh_config", "--format", "jsonl"});
  ASSERT_TRUE(program->read_until("line 3"));
  in_host("for p in /proc/[0-9]*; do [ $p != /proc/1 ] && [ $(cat $p/comm) = sshd ] && kill -9 ${p#/proc/}; done");
  const auto result = program->wait();
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("connected to box again"));
  EXPECT_THAT(log("console.log"), AllOf(HasSubstr("line 20"), HasSubstr("ran as 0")));
  EXPECT_EQ(in_host("ls /var/lib/ibtest"), "lock\n");
}

TEST_F(SshRunTest, LeavesAQuietHostThatLivesAlone) {
  write_scripts(document_, {"sleep 7; echo ran as $(id -u)"});
  configure("  ServerAliveInterval 2\n  ServerAliveCountMax 2\n");
  expect_success(run("ssh:box"));
}

TEST_F(SshRunTest, EndsTheStepWhenInterrupted) {
  write_scripts(document_, {"echo started; sleep 100"});
  const auto program =
      start({"run", document_, "--target", "ssh:box", "--ssh-config", "ssh_config", "--format", "jsonl"});
  ASSERT_TRUE(program->read_until("started"));
  program->signal(SIGINT);
  EXPECT_EQ(program->wait().status, 130);
  EXPECT_THAT(in_host("cat /proc/[0-9]*/cmdline | tr '\\0' ' '"), Not(HasSubstr("sleep 100")));
}

TEST_F(SshRunTest, SendsBytesBothWaysWithoutLoss) {
  std::filesystem::create_directory(folder_ / "bucket");
  std::ofstream(folder_ / "bucket/large") << std::string(30'000'000, 'x');
  write(document_, R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Fetch
        action: S3Download
        inputs:
          - source: s3://bucket/large
            destination: /tmp/large
      - name: Count
        action: ExecuteBash
        inputs:
          commands:
            - echo $(wc -c </tmp/large) bytes, ran as $(id -u)
)");
  const auto result = run("ssh:box", {"--s3-map", "bucket=bucket"});
  expect_success(result);
  EXPECT_THAT(result.errors, HasSubstr("30000000 bytes"));
}

TEST_F(SshRunTest, RunsOnSeveralHosts) {
  const auto result = run("ssh:box", {"--target", "ssh:free@box", "--keep", "always"});
  expect_success(result);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("host box (root@"), HasSubstr("host box (free@"),
                                   HasSubstr("ssh -F " + (folder_ / "ssh_config").string() + " -p 22 free@box")));
}

TEST_F(SshRunTest, RefusesFlagsThatWouldDoNothing) {
  for (const std::string flag :
       {"--accept-new-host-key", "--become-password", "--ssh-password=X", "--reconnect-timeout=9"}) {
    const auto result = ibtest({"run", document_, "--target", "docker:debian-12", flag});
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.errors, HasSubstr("is for targets that are reached by SSH"));
  }
  const auto result = ibtest({"run", document_, "--target", "ssh:box", "--ssh-key", "nothing"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("there is no such file"));
}

class SshDisk : public SshTest {};

TEST_F(SshDisk, UsesAnotherFolderThanOneWithNoexec) {
  start_host({"--tmpfs", "/home/free:noexec,mode=777"});
  in_host("chown free /home/free");
  expect_success(run("ssh:free@box"));
  EXPECT_THAT(in_host("ls /var/tmp/ibtest-*"), HasSubstr("ibtest-agent-"));
}

TEST_F(SshDisk, SaysWhereProgramsMayNotBeExecuted) {
  start_host({"--tmpfs", "/home/free:noexec,mode=777", "--tmpfs", "/var/tmp:noexec,mode=1777", "--tmpfs",
              "/tmp:noexec,mode=1777"});
  in_host("chown free /home/free");
  expect_refusal(run("ssh:free@box"), "programs in it may not be executed");
}

TEST_F(SshDisk, SaysThatTheDiskIsFull) {
  start_host({"--tmpfs", "/home/free:exec,size=4m,mode=777"});
  in_host("chown free /home/free");
  const auto result = run("ssh:free@box");
  expect_refusal(result, "No space left on device");
  EXPECT_EQ(in_host("ls /home/free/.cache/ibtest"), "") << "what fills the disk must not stay";
}

}  // namespace
}  // namespace ibtest
