#include <csignal>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/ssh_fixture.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Runs whose ibtest was killed, and that another one follows.
class SshAttach : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    start_host();
  }
  /// Kills the ibtest of a run once its output has had this text.
  void kill_after(const std::string& text, std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(),
                 {"run", document_, "--target", "ssh:box", "--ssh-config", "ssh_config", "--format", "jsonl"});
    const auto program = start(flags);
    ASSERT_TRUE(program->read_until(text));
    program->signal(SIGKILL);
    static_cast<void>(program->wait());
  }
  /// The numbers of all events, which must be 1, 2, 3...
  void expect_no_gap() const {
    std::istringstream lines(log("events.jsonl"));
    std::uint64_t expected = 0;
    for (std::string line; std::getline(lines, line);)
      EXPECT_EQ(nlohmann::json::parse(line).at("n"), ++expected) << line;
    EXPECT_GT(expected, 10U);
  }
};

TEST_F(SshAttach, FollowsARunFromWhereItsIbtestWasKilled) {
  write_scripts(document_, {"for i in $(seq 30); do echo line $i; sleep 0.1; done", "echo ran as $(id -u)"});
  kill_after("line 5");
  const auto result = ibtest({"attach", "latest"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("Step1"), HasSubstr("Step2")));
  expect_no_gap();
  const std::string console = log("console.log");
  for (const std::string line : {"line 1\n", "line 5\n", "line 30\n", "ran as 0\n"})
    EXPECT_THAT(console, HasSubstr(line));
  EXPECT_THAT(log("detailedoutput.json"), HasSubstr("\"status\": \"success\""));
  EXPECT_EQ(in_host("ls /var/lib/ibtest"), "lock\n");
  const auto again = ibtest({"attach", "latest"});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.errors, HasSubstr("there is no run `latest` whose agent goes on without ibtest"));
}

TEST_F(SshAttach, FindsARunThatHasEndedMeanwhile) {
  write_scripts(document_, {"echo started; sleep 1; exit 3"});
  kill_after("started");
  in_host("while [ -n \"$(flock -n /var/lib/ibtest/lock true || echo held)\" ]; do sleep 0.05; done");
  const auto result = ibtest({"attach", "latest"});
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step1"));
  EXPECT_THAT(log("detailedoutput.json"), HasSubstr("\"status\": \"failed\""));
  expect_no_gap();
}

TEST_F(SshAttach, AsksTheNextIbtestWhatTheLastOneWasAsked) {
  std::filesystem::create_directory(folder_ / "bucket");
  std::ofstream(folder_ / "bucket/large") << std::string(400'000'000, 'x');
  write(document_, R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Wait
        action: ExecuteBash
        inputs:
          commands:
            - echo started; sleep 2
      - name: Fetch
        action: S3Download
        inputs:
          - source: s3://bucket/large
            destination: /tmp/large
      - name: Count
        action: ExecuteBash
        inputs:
          commands:
            - echo $(wc -c </tmp/large) bytes
)");
  // Before it asks, and in the middle of the bytes.
  for (const std::string moment : {"started", "Fetch"}) {
    kill_after(moment, {"--s3-map", "bucket=bucket"});
    const auto result = ibtest({"attach", "latest"});
    EXPECT_EQ(result.status, 0) << moment << result.errors;
    EXPECT_THAT(log("console.log"), HasSubstr("400000000 bytes")) << moment;
    expect_no_gap();
  }
}

// What the next ibtest needs is saved for its user alone, and until the run has ended.
TEST_F(SshAttach, KeepsSecretsHidden_D19) {
  const std::string secret = "Sw0rd-of-nobody";
  write("values.yml", "Password: " + secret + "\n");
  write(document_, R"(schemaVersion: 1.0
parameters:
  - Password: { type: string }
phases:
  - name: build
    steps:
      - name: Wait
        action: ExecuteBash
        inputs: { commands: [ "echo 'begun {{ Password }}'; mkfifo /var/gate; cat /var/gate" ] }
      - name: Show
        action: ExecuteBash
        inputs: { commands: [ "echo 'ended {{ Password }}' | tee /var/seen" ] }
)");
  kill_after("begun", {"--secret", "Password", "--params-file", "values.yml"});
  const auto runs = folder_ / ".ibtest/runs";
  EXPECT_EQ(std::filesystem::status(runs / "latest/attach.json").permissions(), std::filesystem::perms(0600));
  EXPECT_THAT(log("attach.json"), HasSubstr(secret)) << "the test looks for what is not there";
  in_host("timeout 60 bash -c 'until [ -p /var/gate ]; do sleep 0.05; done; echo >/var/gate'");
  const auto result = ibtest({"attach", "latest"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(in_host("cat /var/seen"), "ended " + secret + "\n");
  std::string all = result.output + result.errors;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(runs)) {
    if (entry.is_regular_file()) all += content(entry.path().lexically_relative(folder_).string());
  }
  EXPECT_THAT(all, AllOf(HasSubstr("begun ***"), HasSubstr("ended ***"), Not(HasSubstr(secret))));
  EXPECT_FALSE(exists(".ibtest/runs/latest/attach.json"));
}

TEST_F(SshAttach, RefusesARunThatIsFollowed) {
  write_scripts(document_, {"echo started; sleep 30"});
  const auto program =
      start({"run", document_, "--target", "ssh:box", "--ssh-config", "ssh_config", "--format", "jsonl"});
  ASSERT_TRUE(program->read_until("started"));
  const auto result = ibtest({"attach", "latest"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("is followed by an ibtest that lives"));
  program->signal(SIGINT);
  EXPECT_EQ(program->wait().status, 130);
}

TEST_F(SshAttach, SaysThatTheAgentIsNotThereAnyMore) {
  write_scripts(document_, {"echo started; sleep 30"});
  kill_after("started");
  in_host("for p in /proc/[0-9]*; do grep -qa ibtest-agent $p/cmdline && kill -9 ${p#/proc/}; done");
  const auto result = ibtest({"attach", "latest"});
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("the agent was lost"), HasSubstr("step Step1")));
}

TEST_F(SshAttach, CanBeInterruptedAndLeavesNothing) {
  write_scripts(document_, {"for i in $(seq 300); do echo tick $i; sleep 0.1; done"});
  kill_after("tick 2");
  const auto program = start({"attach", "latest"});
  ASSERT_TRUE(program->read_until("tick 20"));
  program->signal(SIGINT);
  EXPECT_EQ(program->wait().status, 130);
  EXPECT_EQ(in_host("ls /var/lib/ibtest"), "lock\n");
}

}  // namespace
}  // namespace ibtest
