#include <chrono>
#include <csignal>
#include <future>
#include <netinet/in.h>
#include <random>
#include <sstream>
#include <sys/socket.h>

#include <fmt/format.h>

#include "tests/e2e/ssh_fixture.hpp"
#include "tests/servers/tcp_proxy.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A port of this machine that is free now.
int free_port() {
  const FileDescriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(probe.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

/// A host that systemd boots. Its first process ends in a reboot, and the engine starts it again, as firmware would.
/// Its address may change by that, so it is reached at a port of this machine.
class SshReboot : public SshTest {
 protected:
  void boot(const std::string& restart = "always") {
    port_ = free_port();
    start_host({"--restart",
                restart,
                "--publish",
                fmt::format("127.0.0.1:{}:22", port_),
                "--tty",
                "--env",
                "container=docker",
                "--cap-add",
                "SYS_ADMIN",
                "--security-opt",
                "seccomp=unconfined",
                "--security-opt",
                "apparmor=unconfined",
                "--tmpfs",
                "/run",
                "--tmpfs",
                "/run/lock",
                "--volume",
                "/sys/fs/cgroup:/sys/fs/cgroup:rw",
                "--cgroupns=host",
                "--stop-signal",
                "SIGRTMIN+3",
                "--entrypoint",
                "/sbin/init"});
    address_ = "127.0.0.1";
    know_host(fmt::format("[127.0.0.1]:{}", port_));
    configure(fmt::format("  Port {}\n", port_));
  }
  /// From now on the host is reached through a proxy.
  void put_proxy_between() {
    proxy_ = std::make_unique<test::TcpProxy>(address_, port_);
    configure(fmt::format("  Port {}\n  HostKeyAlias [127.0.0.1]:{}\n", proxy_->port(), port_));
  }

  [[nodiscard]] std::unique_ptr<Program> start_run(const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> arguments{"run",          document_,    "--target", "ssh:box",
                                       "--ssh-config", "ssh_config", "--format", "jsonl"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return start(arguments);
  }

  /// Waits for the event of this kind that is the `count`th of the run.
  static void read_until(Program& program, const std::string& kind, int count) {
    for (int i = 0; i < count; ++i)
      ASSERT_TRUE(program.read_until(fmt::format("\"e\":\"{}\"", kind))) << kind << i;
  }
  /// When the host was started last.
  [[nodiscard]] std::string start_time() const {
    return tool({"docker", "inspect", "--format", "{{.State.StartedAt}}", container_}).output;
  }
  /// Waits until the host has been started again and lets somebody log in.
  void wait_for_restart(const std::string& last_start) const {
    while (start_time() == last_start)
      tool({"docker", "exec", container_, "sleep", "0.05"});
    in_host("until (: </dev/tcp/127.0.0.1/22) 2>/dev/null; do sleep 0.05; done");
  }
  /// Each agent counts its events from 1; the numbers of how many there were.
  void expect_no_gap(int agents) const {
    std::istringstream lines(log("events.jsonl"));
    std::uint64_t expected = 1;
    int greetings = 0;
    for (std::string line; std::getline(lines, line); ++expected) {
      const auto event = nlohmann::json::parse(line);
      if (event.at("e") == "hello") ++greetings;
      EXPECT_EQ(event.at("n"), expected) << line;
      if (event.at("e") == "reboot") expected = 0;
    }
    EXPECT_EQ(greetings, agents);
  }

  int port_ = 0;
  std::unique_ptr<test::TcpProxy> proxy_;
};

// RESUME-1 to -3, RESUME-8, EMU-REBOOT-7
TEST_F(SshReboot, GoesOnAfterAReboot) {
  boot();
  write(document_, R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: First
        action: ExecuteBash
        inputs:
          commands:
            - printf '[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/napper.service
            - systemctl enable -q napper
            - touch /run/lost /var/kept
            - sleep 987 >/dev/null 2>&1 &
            - echo first
      - {name: Restart, action: Reboot}
      - name: Last
        action: ExecuteBash
        inputs:
          commands:
            - for i in $(seq 100); do systemctl is-active -q napper && break; sleep 0.1; done
            - echo '{{ build.First.outputs.stdout }}', napper $(systemctl is-active napper), ran as $(id -u)
            - ls /run/lost /var/kept 2>/dev/null
            - grep -lz 987 /proc/[0-9]*/cmdline || echo nothing runs
)");
  const auto result = run("ssh:free@box");
  expect_success(result);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("rebooted the machine"), HasSubstr("first, napper active, ran as 0"),
                                   HasSubstr("/var/kept"), Not(HasSubstr("| /run/lost")), HasSubstr("nothing runs")));
  EXPECT_THAT(log("console.log"), AllOf(HasSubstr("Rebooting the system now"), HasSubstr("rebooted successfully")));
}

// EXIT-2, RESUME-2: the step runs again from its first iteration. The password of sudo is known after the reboots.
TEST_F(SshReboot, RebootsTwiceInALoop) {
  boot();
  write(document_, R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Loop
        action: ExecuteBash
        loop: {name: turn, for: {start: 1, end: 2, updateBy: 1}}
        inputs:
          commands:
            - echo {{ turn.index }} >>/var/turns
            - '[ -e /var/done-{{ turn.index }} ] || { touch /var/done-{{ turn.index }}; exit 194; }'
            - echo ran as $(id -u)
)");
  const auto result = run("ssh:asked@box", {"--become-password=SECRET"}, {"SECRET=asked word"});
  expect_success(result);
  EXPECT_EQ(in_host("tr '\\n' ' ' </var/turns; ls /var/done-*"), "0 0 1 0 1 /var/done-0\n/var/done-1\n");
}

// EXECUTEDOCUMENT-9, RESUME-2: the child goes on at the step after, and what is secret stays so (D-19).
TEST_F(SshReboot, GoesOnInAChildDocument) {
  boot();
  const std::string secret = "Sw0rd-of-nobody";
  write("values.yml", "Password: " + secret + "\n");
  write("child.yml", R"(schemaVersion: 1.0
parameters:
  - Inner: { type: string }
phases:
  - name: build
    steps:
      - name: Before
        action: ExecuteBash
        inputs: { commands: [ "echo 'before {{ Inner }}'; echo before >>/var/order" ] }
      - { name: Restart, action: Reboot }
      - name: After
        action: ExecuteBash
        inputs: { commands: [ "echo '{{ build.Before.outputs.stdout }} after {{ Inner }}'; echo after >>/var/order" ] }
)");
  write(document_, R"(schemaVersion: 1.0
parameters:
  - Password: { type: string }
phases:
  - name: build
    steps:
      - name: Child
        action: ExecuteDocument
        inputs:
          document: child.yml
          parameters: [ { name: Inner, value: '{{ Password }}' } ]
      - name: Last
        action: ExecuteBash
        inputs: { commands: [ "echo ran as $(id -u); echo last >>/var/order" ] }
)");
  const auto result =
      run("ssh:box", {"--secret", "Password", "--params-file", "values.yml", "--format", "jsonl", "-v"});
  expect_success(result);
  EXPECT_EQ(in_host("cat /var/order"), "before\nafter\nlast\n");
  const std::string all = result.output + result.errors + log("console.log") + log("events.jsonl") +
                          log("detailedoutput.json") + log("application.log");
  EXPECT_THAT(all, AllOf(HasSubstr("before *** after ***"), Not(HasSubstr(secret))));
}

TEST_F(SshReboot, KeepsTheHostForTheRunThatReboots) {
  boot();
  write("other.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Other
        action: ExecuteBash
        inputs:
          commands:
            - echo other >>/root/order
)");
  write(document_, R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Begin
        action: ExecuteBash
        inputs:
          commands:
            - echo begin >>/root/order; echo begun; sleep 2
      - name: Restart
        action: Reboot
        inputs: {}
      - name: End
        action: ExecuteBash
        inputs:
          commands:
            - sleep 1; echo end >>/root/order
)");
  const auto first = start_run();
  ASSERT_TRUE(first->read_until("begun"));
  const auto second = start({"run", "other.yml", "--target", "ssh:box", "--ssh-config", "ssh_config"});
  const auto first_end = first->wait();
  const auto second_end = second->wait();
  EXPECT_EQ(first_end.status, 0) << first_end.errors;
  EXPECT_EQ(second_end.status, 0) << second_end.errors;
  EXPECT_THAT(second_end.errors, HasSubstr("waiting until box is free: run "));
  EXPECT_EQ(in_host("cat /root/order"), "begin\nend\nother\n");
  EXPECT_EQ(in_host("ls /var/lib/ibtest"), "lock\n");
}

TEST_F(SshReboot, SaysThatAHostDoesNotComeBack) {
  boot("no");
  write_scripts(document_, {"exit 194"});
  const auto result = run("ssh:box", {"--reboot-timeout", "2"});
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("box was to reboot, and was not up again within 2 s; at last: "),
                                   HasSubstr("asked for by ssh.yml:5, step Step1"), HasSubstr("--reboot-timeout")));
}

// Also where no file keeps the key that was accepted.
TEST_F(SshReboot, RefusesAnotherKeyAfterTheReboot) {
  boot();
  configure(fmt::format("  Port {}\n  UserKnownHostsFile /dev/null\n", port_));
  in_host(
      "ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/other; printf 'HostKey /etc/ssh/other\\nPermitRootLogin "
      "yes\\nStrictModes no\\nAuthorizedKeysFile /etc/ssh/test/authorized_keys\\n' >/etc/ssh/other_config; "
      "sed -i s,test/config,other_config, /etc/systemd/system/ssh.service.d/test.conf");
  write_scripts(document_, {"[ -e /var/again ] && echo went on; touch /var/again; exit 194"});
  const auto result = run("ssh:box", {"--accept-new-host-key", "--reboot-timeout", "30"});
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("after the reboot of box: "), HasSubstr("but another one is known for it"),
                                   Not(HasSubstr("went on"))));
}

TEST_F(SshReboot, EndsWhenInterruptedWhileTheHostIsDown) {
  boot("no");
  write_scripts(document_, {"exit 194"});
  const auto program = start_run();
  ASSERT_TRUE(program->read_until(R"("e":"reboot")"));
  tool({"timeout", "20", "docker", "wait", container_});
  program->signal(SIGINT);
  EXPECT_EQ(program->wait().status, 130);
}

// Killed before the host was asked, when it is up again, and when the next agent has begun. The steps are executed as
// often as without that (RESUME-1, RESUME-2), and no event is missing or told twice.
TEST_F(SshReboot, GoesOnWhenItsIbtestIsKilledWhileTheHostReboots) {
  boot();
  put_proxy_between();
  write(document_, R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Begin
        action: ExecuteBash
        inputs:
          commands:
            - echo begin >>/root/order; echo told
      - {name: Restart, action: Reboot}
      - name: Middle
        action: ExecuteBash
        inputs:
          commands:
            - echo middle >>/root/order
            - '[ -e /root/again ] || { touch /root/again; exit 194; }'
      - {name: RestartAgain, action: Reboot}
      - name: End
        action: ExecuteBash
        inputs:
          commands:
            - echo {{ build.Begin.outputs.stdout }} >>/root/order; echo ran as $(id -u)
)");
  auto program = start_run();
  const auto kill = [&program] {
    program->signal(SIGKILL);
    static_cast<void>(program->wait());
  };
  read_until(*program, "reboot", 1);
  proxy_->refuse(true);
  proxy_->cut();
  kill();
  proxy_->refuse(false);
  std::string started = start_time();

  program = start({"attach", "latest"});
  read_until(*program, "reboot", 2);
  EXPECT_NE(start_time(), started);
  started = start_time();
  proxy_->refuse(true);
  wait_for_restart(started);
  kill();
  proxy_->refuse(false);

  program = start({"attach", "latest"});
  read_until(*program, "hello", 4);
  kill();
  const auto result = ibtest({"attach", "latest"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(log("console.log"), HasSubstr("ran as 0"));
  EXPECT_EQ(in_host("cat /root/order"), "begin\nmiddle\nmiddle\ntold\n");
  EXPECT_EQ(in_host("ls /var/lib/ibtest"), "lock\n");
  expect_no_gap(4);
}

// From the request to what the next agent says first.
TEST_F(SshReboot, GoesOnAfterARebootDespiteCuts) {
  boot();
  put_proxy_between();
  write(document_, R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Loop
        action: ExecuteBash
        loop: {name: turn, for: {start: 1, end: 3, updateBy: 1}}
        inputs:
          commands:
            - echo {{ turn.index }} >>/root/order
            - '[ -e /root/done-{{ turn.index }} ] || { touch /root/done-{{ turn.index }}; exit 194; }'
            - echo ran as $(id -u)
)");
  const auto program = start_run();
  auto running = std::async(std::launch::async, [&program] { return program->wait(); });
  // The one connection of a reboot is cut after so many bytes, and those after it.
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same sizes every time
  int seen = 0;
  while (running.wait_for(std::chrono::milliseconds(2)) != std::future_status::ready) {
    if (proxy_->connections() == seen) continue;
    seen = proxy_->connections();
    // Long enough that most come to do something.
    if (seen % 3 != 0) proxy_->cut_after(5'000 + random() % 15'000);
  }
  const auto result = running.get();
  expect_success(result);
  EXPECT_GT(proxy_->cuts(), 3);
  EXPECT_EQ(in_host("tr '\\n' ' ' </root/order"), "0 0 1 0 1 2 0 1 2 ");
  EXPECT_EQ(in_host("ls /var/lib/ibtest"), "lock\n");
  expect_no_gap(4);
}

// Nobody of the run has asked for it: what the step had done is unknown.
TEST_F(SshReboot, SaysThatTheHostHasRebootedByItself) {
  boot();
  write_scripts(document_, {"echo started; sleep 100"});
  for (const std::string how : {"orderly", "at once", "without an ibtest"}) {
    SCOPED_TRACE(how);
    auto program = start_run();
    ASSERT_TRUE(program->read_until("started"));
    if (how == "orderly") {
      in_host("systemctl reboot");
    } else {
      if (how != "at once") program->signal(SIGKILL);
      tool({"docker", "restart", "--time", "0", container_});
    }
    auto result = program->wait();
    if (how == "without an ibtest") {
      EXPECT_EQ(result.status, 128 + SIGKILL);
      in_host("until (: </dev/tcp/127.0.0.1/22) 2>/dev/null; do sleep 0.05; done");
      result = ibtest({"attach", "latest"});
    }
    EXPECT_EQ(result.status, 3) << result.errors;
    EXPECT_THAT(result.errors,
                AllOf(HasSubstr("the agent was lost: the host was rebooted meanwhile"), HasSubstr("step Step1")));
    EXPECT_EQ(in_host("ls /var/lib/ibtest"), "lock\n");
  }
}

TEST_F(SshReboot, SaysWhatRefuses) {
  start_host();
  write_scripts(document_, {"exit 194"});
  auto result = run("ssh:box");
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("box cannot be rebooted: reboot (exit status 1): "),
                                   HasSubstr("shutdown -r now (exit status 1): ")));
  in_host("rm /sbin/reboot /sbin/shutdown");
  result = run("ssh:box");
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("box cannot be rebooted: it has neither systemctl"));
}

TEST_F(SshReboot, RefusesTimesThatMakeNoSense) {
  write_scripts(document_, {"true"});
  for (const std::string time : {"0", "soon", "-1", "86401"}) {
    const auto result = ibtest({"run", document_, "--target", "ssh:box", "--reboot-timeout=" + time});
    EXPECT_EQ(result.status, 2) << time;
    EXPECT_THAT(result.errors, HasSubstr("--reboot-timeout")) << time;
  }
}

}  // namespace
}  // namespace ibtest
