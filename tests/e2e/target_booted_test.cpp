#include <chrono>

#include "agent/protocol/event.hpp"
#include "agent/protocol/job.hpp"
#include "target_fixture.hpp"

namespace ibtest {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

class BootedTarget : public TargetTest {};
INSTANTIATE_TEST_SUITE_P(Engines, BootedTarget, testing::Values("docker", "podman"),
                         [](const auto& instance) { return instance.param; });

void release(AgentConnection& connection) {
  connection.send(encode(Command{Release{}}));
  const auto deadline = Clock::now() + 10s;
  while (true) {
    const auto received = connection.receive(deadline);
    if (received.ended) return;
    ASSERT_FALSE(received.woken) << "the agent does not end";
  }
}

// A recipe's image looks like an instance: systemd is PID 1, and what a component relies on is there.
TEST_P(BootedTarget, BootsSystemdWithWhatAnInstanceHas) {
  const auto under_test = target("debian-12");
  under_test->prepare(progress_);
  const auto machine = under_test->start(nullptr, progress_);
  EXPECT_THAT(machine->description(), HasSubstr("systemd"));
  const auto connection = machine->connect();
  const auto output = execute(*connection,
                              "cat /proc/1/comm; systemctl is-system-running; sudo -n id -un; locale -a; "
                              "command -v curl tar ps ip apt-get; LANG=en_US.UTF-8 bash -c 'true' 2>&1");
  EXPECT_THAT(output, AllOf(HasSubstr("systemd\n"), HasSubstr("running\n"), HasSubstr("root\n"),
                            HasSubstr("en_US.utf8\n"), HasSubstr("curl\n"), HasSubstr("apt-get\n")));
  EXPECT_THAT(output, EndsWith("success"));
}

// Services enabled in one stage run in the next, those only started do not (service.md 1.4).
TEST_P(BootedTarget, BootsASnapshotAfreshWithTheServicesThatWereEnabled) {
  const auto under_test = target("debian-12");
  under_test->prepare(progress_);
  std::unique_ptr<Snapshot> snapshot;
  {
    const auto first = under_test->start(nullptr, progress_);
    const auto connection = first->connect();
    EXPECT_THAT(execute(*connection, R"(cd /etc/systemd/system
for name in enabled started; do
  printf '[Unit]\n[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/touch /stopped-%s\n[Install]\nWantedBy=multi-user.target\n' $name > $name.service
done
systemctl daemon-reload; systemctl enable enabled; systemctl start enabled started
touch /run/gone)"),
                EndsWith("success"));
    release(*connection);
    snapshot = first->snapshot();
  }
  const auto second = under_test->start(snapshot.get(), progress_);
  const auto connection = second->connect();
  EXPECT_EQ(execute(*connection,
                    "systemctl is-active enabled started; ls /stopped-*; test -e /run/gone || echo the tmpfs is gone"),
            "active\ninactive\n/stopped-enabled\n/stopped-started\nthe tmpfs is gone\nsuccess");
}

TEST_P(BootedTarget, KeepsABootedMachineThatCanBeEntered) {
  const auto under_test = target("debian-12");
  under_test->prepare(progress_);
  const std::string kept = "ibtest-kept-" + run_id_ + "-1";
  {
    const auto machine = under_test->start(nullptr, progress_);
    EXPECT_THAT(machine->keep(), AllOf(HasSubstr("exec -it " + kept), EndsWith(" bash")));
  }
  EXPECT_EQ(ask({"exec", kept, "cat", "/proc/1/comm"}), "systemd\n");
  ask({"rm", "--force", kept});
}

}  // namespace
}  // namespace ibtest
