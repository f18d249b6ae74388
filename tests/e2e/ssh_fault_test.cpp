#include <chrono>
#include <csignal>

#include "tests/e2e/ssh_connection_fixture.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Runs that lose more than a connection.
class SshFault : public SshConnection {
 protected:
  /// Sets a shell variable for each of the processes on the host that a run consists of: `agent`, which has started the
  /// script of a step; `beside` it, its parent; and `bridge` to the connection, which alone has an input.
  static constexpr const char* find_processes =
      "for p in /proc/[0-9]*; do [ $p != /proc/$$ ] || continue; c=$(tr '\\0' ' ' <$p/cmdline 2>/dev/null); case $c in "
      "*bash*script-*) a=$(cut -d' ' -f4 $p/stat); [ $a = 1 ] || agent=$a;; "
      "*ibtest-agent-*' attach '*) [ $(readlink $p/fd/0) = /dev/null ] || bridge=${p#/proc/};; esac; done; "
      "beside=$(cut -d' ' -f4 /proc/$agent/stat); ";
  void kill_in_host(const std::string& processes) const {
    EXPECT_EQ(in_host(find_processes + ("kill -9 " + processes + " && echo killed")), "killed\n");
  }
  /// The step goes on once `release_step` was called.
  void write_waiting_step() const {
    write_scripts(document_, {"echo started; while [ ! -e /root/go ]; do sleep 0.05; done; echo went on >>/root/order",
                              "echo ran as $(id -u)"});
  }
  void release_step() const { in_host("touch /root/go"); }
  [[nodiscard]] std::string execution_id() const {
    const std::string name = std::filesystem::canonical(folder_ / ".ibtest/runs/latest").filename().string();
    return name.substr(name.rfind('_') + 1);
  }
};

TEST_F(SshFault, SaysThatTheAgentWasKilledAndLeavesTheHostFree) {
  boot();
  const std::vector<std::pair<std::string, std::string>> cases{
      {"$agent", "the agent was lost: it was killed by the signal KILL"},
      {"$beside $agent", "the agent was lost: it is not there any more"}};
  for (const auto& [processes, words] : cases) {
    // Which is below a process of its own, as of what sudo starts.
    write_scripts(document_, {"echo started; setsid -w sh -c 'sleep 30.25; echo went on >/root/order'"});
    const auto program = start_run();
    ASSERT_TRUE(program->read_until("started"));
    kill_in_host(processes);
    // Whoever stands beside the agent ends what it has left.
    if (processes == "$agent") in_host("while grep -qsa '[s]leep.30.25' /proc/[0-9]*/cmdline; do sleep 0.05; done");
    const auto result = program->wait();
    EXPECT_EQ(result.status, 3) << result.errors;
    EXPECT_THAT(result.errors, AllOf(HasSubstr(words), HasSubstr("step Step1")));
    write_scripts(document_, {"echo ran as $(id -u)"});
    expect_success(run("ssh:box"));
    expect_nothing_left();
  }
}

// Systems that shut down, and people, end programs by SIGTERM. Also when nobody is there to hear of it.
TEST_F(SshFault, SaysThatTheAgentWasToldToEnd) {
  boot();
  for (const bool connected : {true, false}) {
    SCOPED_TRACE(connected);
    write_scripts(document_, {"echo started; sleep 30"});
    const auto program = start_run();
    ASSERT_TRUE(program->read_until("started"));
    if (!connected) {
      proxy_->refuse(true);
      proxy_->cut();
      // Before that, a program that is started here would keep the connection open.
      program->wait_for_error("the connection to box was lost");
      in_host(std::string("while :; do bridge=; ") + find_processes + "[ $bridge ] || break; sleep 0.05; done");
    }
    in_host(find_processes + std::string("kill $agent; while [ -e /proc/$agent ]; do sleep 0.05; done"));
    proxy_->refuse(false);
    const auto result = program->wait();
    EXPECT_EQ(result.status, 3) << result.errors;
    EXPECT_THAT(result.errors, AllOf(HasSubstr("the agent was told to end by a signal"), HasSubstr("ssh.yml:5")));
    expect_nothing_left();
  }
}

// None of them is the run.
TEST_F(SshFault, GoesOnWithoutTheProcessesAroundTheAgent) {
  boot();
  start_sshd(2222, {"PidFile=/run/second"});
  proxy_->forward_to(2222);
  for (const std::string processes : {"$bridge", "$beside", "$(cut -d' ' -f4 /proc/$bridge/stat)",
                                      "$(cat /run/second) $(cut -d' ' -f4 /proc/$bridge/stat)"}) {
    SCOPED_TRACE(processes);
    in_host("rm -f /root/go /root/order");
    write_waiting_step();
    const auto program = start_run();
    ASSERT_TRUE(program->read_until("started"));
    kill_in_host(processes);
    if (processes != "$beside") program->wait_for_error("the connection to box was lost");
    if (processes.find("second") != std::string::npos) start_sshd(2222, {"PidFile=/run/second"});
    if (processes != "$beside") program->wait_for_error("connected to box again");
    release_step();
    const auto result = program->wait();
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(log("console.log"), HasSubstr("ran as 0"));
    EXPECT_EQ(in_host("cat /root/order"), "went on\n");
    expect_nothing_left();
  }
}

// Its session stays for who comes back to it; the next run waits only until the job has been executed.
TEST_F(SshFault, GoesOnWithoutARunnerThatWasKilled) {
  boot();
  write_waiting_step();
  const auto program = start_run();
  ASSERT_TRUE(program->read_until("started"));
  program->signal(SIGKILL);
  EXPECT_EQ(program->wait().status, 128 + SIGKILL);
  EXPECT_EQ(in_host("ls /root/order"), "") << "the step is still in its middle";
  release_step();
  write_scripts(document_, {"cat /root/order; echo ran as $(id -u)"});
  const auto result = run("ssh:box");
  expect_success(result);
  EXPECT_THAT(log("console.log"), HasSubstr("went on"));
  EXPECT_EQ(in_host("cat /root/order"), "went on\n");
  EXPECT_EQ(in_host("ls -d /var/lib/ibtest/*-* | wc -l"), "1\n");
}

TEST_F(SshFault, StopsTheRunOnceThereIsAConnectionAgain) {
  boot();
  write_scripts(document_, {"echo started; sleep 87"});
  const auto program = start_run();
  ASSERT_TRUE(program->read_until("started"));
  proxy_->refuse(true);
  proxy_->cut();
  program->wait_for_error("the connection to box was lost");
  program->signal(SIGINT);
  program->wait_for_error("trying for 5 s to reach the agent");
  proxy_->refuse(false);
  const auto result = program->wait();
  EXPECT_EQ(result.status, 130) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("interrupted"), Not(HasSubstr("goes on there"))));
  EXPECT_THAT(log("detailedoutput.json"), HasSubstr("\"status\": \"interrupted\""));
  EXPECT_EQ(in_host("cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'slee[p] 87'"), "");
  expect_nothing_left();
}

// Both after a while in vain, and at once by the second Ctrl-C.
TEST_F(SshFault, SaysThatTheRunGoesOnWhenItCannotBeToldToStop) {
  boot();
  for (const bool twice : {false, true}) {
    in_host("rm -f /root/go /root/order");
    write_waiting_step();
    const auto program = start_run();
    ASSERT_TRUE(program->read_until("started"));
    proxy_->refuse(true);
    proxy_->cut();
    program->wait_for_error("the connection to box was lost");
    program->signal(SIGINT);
    program->wait_for_error("trying for 5 s to reach the agent");
    const auto start = std::chrono::steady_clock::now();
    if (twice) program->signal(SIGINT);
    const auto result = program->wait();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(twice ? 2 : 9));
    EXPECT_EQ(result.status, 130) << result.errors;
    EXPECT_THAT(result.errors, AllOf(HasSubstr("ssh:box could not be told to stop (the connection to box was lost ("),
                                     HasSubstr("the run goes on there: `ibtest attach " + execution_id() + "`")));
    proxy_->refuse(false);
    release_step();
    const auto attached = ibtest({"attach", execution_id()});
    EXPECT_EQ(attached.status, 0) << attached.errors;
    EXPECT_EQ(in_host("cat /root/order"), "went on\n");
    expect_nothing_left();
  }
}

TEST_F(SshFault, SaysThatTheFolderOfSessionsIsOpenToOthers) {
  boot({}, {"--tmpfs", "/var/lib/ibtest:mode=777"});
  expect_refusal(run("ssh:box"), "the folder for the state of runs, /var/lib/ibtest, may be written to by other users");
}

TEST_F(SshFault, SaysThatTheSessionHasNoPlace) {
  boot({}, {"--tmpfs", "/var/lib/ibtest:ro,mode=700"});
  const auto result = run("ssh:box");
  expect_refusal(result, "Read-only file system");
  EXPECT_THAT(result.errors, HasSubstr("/var/lib/ibtest"));
}

TEST_F(SshFault, SaysThatTheDiskIsFullBeforeItBegins) {
  boot({}, {"--tmpfs", "/var/lib/ibtest:nr_inodes=2,mode=700"});
  in_host("touch /var/lib/ibtest/other");
  const auto result = run("ssh:box");
  expect_refusal(result, "No space left on device");
  EXPECT_THAT(result.errors, HasSubstr("/var/lib/ibtest"));
}

// Events have a place in memory, and steps one of their own.
TEST_F(SshFault, GoesOnWhenTheDiskBecomesFull) {
  boot({}, {"--tmpfs", "/var/lib/ibtest:size=256k,mode=700"});
  write_scripts(document_, {"dd if=/dev/zero of=/var/lib/ibtest/other bs=4k; echo full",
                            "yes 0123456789012345678901234567890123456789 | head -c 3000000; echo last line",
                            "rm /var/lib/ibtest/other; echo ran as $(id -u)"});
  const auto program = start_run();
  ASSERT_TRUE(program->read_until("full"));
  proxy_->cut_after(300'000);
  const auto result = program->wait();
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(proxy_->cuts(), 1);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("writing /var/lib/ibtest/"), HasSubstr("No space left on device"),
                                   HasSubstr("the run goes on")));
  EXPECT_THAT(log("console.log"), AllOf(HasSubstr("last line"), HasSubstr("ran as 0")));
  expect_nothing_left();
}

TEST_F(SshFault, SaysThatAFullDiskLeavesNothingToGoOnWith) {
  boot({}, {"--tmpfs", "/var/lib/ibtest:size=256k,mode=700"});
  write_scripts(document_, {"dd if=/dev/zero of=/var/lib/ibtest/other bs=4k; echo full",
                            "yes | head -c 10000; echo after it; sleep 87"});
  const auto program = start_run();
  ASSERT_TRUE(program->read_until("after it"));
  program->signal(SIGKILL);
  static_cast<void>(program->wait());
  const auto result = ibtest({"attach", "latest"});
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("what the run has told could not be kept on its machine: writing "
                                             "/var/lib/ibtest/"),
                                   HasSubstr("No space left on device"), HasSubstr("make room there")));
  in_host("rm /var/lib/ibtest/other");
  expect_nothing_left();
}

}  // namespace
}  // namespace ibtest
