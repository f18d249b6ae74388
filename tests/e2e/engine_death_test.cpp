#include <csignal>
#include <fstream>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

/// A Docker engine of the test's own, beside the machine's, which may be killed.
class EngineDeathTest : public RunTest {
 protected:
  void SetUp() override {
    start_engine();
    const ProgramResult copied = tool({"bash", "-c", "docker save debian:12 | docker --host " + host() + " load"});
    ASSERT_EQ(copied.status, 0) << copied.errors;
  }

  void TearDown() override {
    tool({"bash", "-c", "docker --host " + host() + " rm --force $(docker --host " + host() + " ps -aq)"});
    engine_->signal(SIGTERM);
    engine_->wait();
    RunTest::TearDown();
  }

  void start_engine() {
    const auto below = [this](const char* name) { return (folder_ / "engine" / name).string(); };
    std::filesystem::create_directories(folder_ / "engine");
    // In namespaces of its own, or it would take the machine's own engine the network bridge away.
    engine_ = std::make_unique<Program>(
        folder_,
        std::vector<std::string>{"bash", "-c", "exec unshare --net --mount dockerd \"$@\" 2>&1", "dockerd",
                                 "--data-root", below("data"), "--exec-root", below("exec"), "--pidfile", below("pid"),
                                 "--host", host(), "--bridge", "none", "--iptables=false", "--containerd-namespace",
                                 "ibtest-test", "--containerd-plugins-namespace", "ibtest-test-plugins"},
        std::vector<std::string>{});
    ASSERT_TRUE(engine_->read_until("API listen on"));
  }

  [[nodiscard]] std::string host() const { return "unix://" + (folder_ / "engine" / "socket").string(); }
  [[nodiscard]] std::vector<std::string> environment() const { return {"DOCKER_HOST=" + host()}; }

  std::unique_ptr<Program> engine_;
};

TEST_F(EngineDeathTest, AnEngineThatDiesInMidRunIsNamedAndWhatItHoldsIsRemovedLater) {
  write_scripts("slow.yml", {"echo ready; sleep 300"});
  const auto run = start({"run", "slow.yml", "--target", plain_, "--format", "jsonl"}, environment());
  ASSERT_TRUE(run->read_until("ready\\n"));
  engine_->signal(SIGKILL);
  const ProgramResult result = run->wait();
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("error: the agent was lost: "));
  EXPECT_THAT(result.errors, HasSubstr("it was running slow.yml:5, step Step1 (ExecuteBash) of phase build"));
  EXPECT_THAT(result.errors, HasSubstr("Cannot connect to the Docker daemon"));
  engine_->wait();

  // What a daemon that was killed leaves behind keeps the next one from starting.
  for (const char* stale : {"pid", "exec/containerd/containerd.pid"})
    std::filesystem::remove(folder_ / "engine" / stale);
  start_engine();
  const ProgramResult cleaned = ibtest({"clean"}, environment());
  EXPECT_EQ(cleaned.status, 0) << cleaned.errors;
  EXPECT_THAT(cleaned.output, HasSubstr("removed docker container ibtest-" + run_ids().front()));
  EXPECT_EQ(tool({"docker", "--host", host(), "ps", "--all", "--quiet"}).output, "");
}

}  // namespace
}  // namespace ibtest
