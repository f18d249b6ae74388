#include "runner/target/machine_plan.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibtest {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

MachinePlan plan() {
  return {.name = "ibtest-r1-1",
          .image = "debian:12",
          .title = "debian:12",
          .run_id = "r1",
          .owner = "boot:1:2:3",
          .agent_volume = "ibtest-agent-0123"};
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words)
    text += word + " ";
  return text;
}

class MachinePlanTest : public testing::Test {
 protected:
  ProcessLoop loop_;
  ContainerEngine docker_{*ContainerEngine::find("docker"), loop_};
  ContainerEngine podman_{*ContainerEngine::find("podman"), loop_};
  ContainerEngine finch_{*ContainerEngine::find("finch"), loop_};
};

TEST_F(MachinePlanTest, StartsAPlainImageWithTheAgentAsInitAndConnection_EMU_2_EMU_4_EMU_5) {
  EXPECT_EQ(joined(plain_machine_arguments(docker_, plan())),
            "run --interactive --name ibtest-r1-1 --pull=never --label ibtest.run=r1 --label ibtest.owner=boot:1:2:3 "
            "--user 0:0 --workdir / --volume ibtest-agent-0123:/.ibtest:ro --no-healthcheck --cap-add NET_ADMIN "
            "--log-driver none "
            "--entrypoint /.ibtest/ibtest-agent debian:12 init /.ibtest/ibtest-agent serve --block-metadata ");
}

TEST_F(MachinePlanTest, LeavesOutWhatFinchDoesNotKnow) {
  EXPECT_THAT(plain_machine_arguments(finch_, plan()), Not(Contains("--no-healthcheck")));
}

TEST_F(MachinePlanTest, BootsWithTheFlagsThatWorkOnEveryCgroupVersion) {
  auto booted = plan();
  booted.systemd = true;
  booted.tmpfs = "/tmp";
  const auto text = joined(booted_machine_arguments(docker_, booted));
  EXPECT_THAT(text, StartsWith("run --detach --tty --name ibtest-r1-1 "));
  EXPECT_THAT(text, testing::HasSubstr("--volume /sys/fs/cgroup:/sys/fs/cgroup:rw --cgroupns=host --tmpfs /tmp:exec "
                                       "--entrypoint /sbin/init debian:12 "));
  EXPECT_THAT(text, testing::HasSubstr("--cap-add SYS_ADMIN --security-opt seccomp=unconfined"));
  EXPECT_THAT(text, Not(testing::HasSubstr("--privileged")));
  booted.systemd_mode = true;
  const auto by_mode = booted_machine_arguments(podman_, booted);
  EXPECT_THAT(by_mode, Contains("--systemd=always"));
  EXPECT_THAT(by_mode, Not(Contains("SYS_ADMIN")));
}

TEST_F(MachinePlanTest, WaitsForTheBootWithTheAgentOfABootedMachineOnly) {
  auto booted = plan();
  EXPECT_THAT(agent_arguments(docker_, booted),
              ElementsAre("exec", "--interactive", "--user", "0:0", "--workdir", "/", "ibtest-r1-1",
                          "/.ibtest/ibtest-agent", "serve", "--block-metadata"));
  booted.systemd = true;
  EXPECT_EQ(agent_arguments(docker_, booted).back(), "/run/ibtest-booted");
}

// The routes of a network that is not the machine's own are none of its business.
TEST_F(MachinePlanTest, LeavesNetworksThatWereAskedForAlone) {
  for (const char* const options : {"--network host", "--network=none", "--net=host"}) {
    ::setenv("IBTEST_DOCKER_RUN_OPTIONS", options, 1);
    const auto text = joined(plain_machine_arguments(docker_, plan())) + joined(agent_arguments(docker_, plan()));
    EXPECT_THAT(text, Not(testing::HasSubstr("NET_ADMIN")));
    EXPECT_THAT(text, Not(testing::HasSubstr("--block-metadata")));
    ::unsetenv("IBTEST_DOCKER_RUN_OPTIONS");
  }
}

TEST_F(MachinePlanTest, StartsWithoutNetworkWhereAskedTo) {
  MachinePlan alone = plan();
  alone.network = false;
  for (const auto& arguments : {plain_machine_arguments(docker_, alone), booted_machine_arguments(docker_, alone)}) {
    EXPECT_THAT(joined(arguments), testing::HasSubstr(" --network none "));
    EXPECT_THAT(joined(arguments), Not(testing::HasSubstr("NET_ADMIN")));
    EXPECT_THAT(joined(arguments), Not(testing::HasSubstr("--block-metadata")));
  }
}

TEST_F(MachinePlanTest, TakesTheOptionsOfTheEnvironment) {
  ::setenv("IBTEST_PODMAN_OPTIONS", " --runtime  runc ", 1);
  ::setenv("IBTEST_PODMAN_RUN_OPTIONS", "--ulimit host", 1);
  EXPECT_THAT(podman_.command({"ps"}), ElementsAre("podman", "--runtime", "runc", "ps"));
  EXPECT_THAT(joined(plain_machine_arguments(podman_, plan())), testing::HasSubstr(" --ulimit host "));
  EXPECT_THAT(docker_.command({"ps"}), ElementsAre("docker", "ps"));
  ::unsetenv("IBTEST_PODMAN_OPTIONS");
  ::unsetenv("IBTEST_PODMAN_RUN_OPTIONS");
}

}  // namespace
}  // namespace ibtest
