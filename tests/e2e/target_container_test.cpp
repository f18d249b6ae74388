#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/protocol/event.hpp"
#include "runner/target/container/agent_volume.hpp"
#include "runner/target/sha256.hpp"
#include "target_fixture.hpp"

namespace ibtest {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

constexpr auto create_file = R"(schemaVersion: 1.0
phases:
- name: build
  steps:
  - name: only
    action: CreateFile
    inputs:
    - path: /data/file
      content: from the empty image
)";

class AnyEngine : public TargetTest {};
INSTANTIATE_TEST_SUITE_P(Engines, AnyEngine, testing::Values("docker", "podman"),
                         [](const auto& instance) { return instance.param; });

// An image with no shell, no /tmp, no /etc/passwd, no command must still run a CreateFile (EMU-1).
TEST_P(AnyEngine, RunsAFileStepInAnImageWithNothing_EMU_1) {
  const auto image = empty_image();
  const auto under_test = target(image);
  under_test->prepare(progress_);
  const auto machine = under_test->start(nullptr, progress_);
  EXPECT_THAT(machine->description(), AllOf(HasSubstr("ibtest-" + run_id_), HasSubstr(image)));
  const auto connection = machine->connect();
  EXPECT_EQ(execute_document(*connection, create_file), "success");
  machine->copy_out("/data/file", folder_ / "new" / "copied");
  std::ifstream copied(folder_ / "new" / "copied");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(copied), {}), "from the empty image");
  EXPECT_EQ(machine->post_mortem(), std::nullopt);
}

// The disk goes on into the next machine, the processes do not (service.md 1.4, GOTCHA-12).
TEST_P(AnyEngine, StartsAFreshMachineFromASnapshot_GOTCHA_12) {
  const auto under_test = target(empty_image());
  under_test->prepare(progress_);
  ASSERT_TRUE(under_test->capabilities().snapshot);
  std::unique_ptr<Snapshot> snapshot;
  {
    const auto first = under_test->start(nullptr, progress_);
    EXPECT_EQ(execute_document(*first->connect(), create_file), "success");
    snapshot = first->snapshot();
  }
  EXPECT_NE(ask({"images", "--quiet", "--filter", "label=ibtest.run=" + run_id_}), "");
  const auto second = under_test->start(snapshot.get(), progress_);
  EXPECT_TRUE(second->connect()->receive({}).line.has_value());
  second->copy_out("/data", folder_ / "data");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "data" / "file"));
}

TEST_P(AnyEngine, SaysThatTheContainerWasRemoved_EMU_20) {
  const auto under_test = target(empty_image());
  under_test->prepare(progress_);
  const auto machine = under_test->start(nullptr, progress_);
  const auto connection = machine->connect();
  EXPECT_TRUE(connection->receive({}).line.has_value());
  ask({"rm", "--force", "ibtest-" + run_id_ + "-1"});
  EXPECT_TRUE(connection->receive(Clock::now() + 20s).ended);
  EXPECT_EQ(connection->end_reason(), "the container was removed");
  EXPECT_EQ(machine->post_mortem(), "the container was removed");
  EXPECT_THROW(machine->copy_out("/data", folder_ / "data"), Fault);
}

TEST_P(AnyEngine, CopiesOutOfAContainerThatWasStopped) {
  const auto under_test = target(empty_image());
  under_test->prepare(progress_);
  const auto machine = under_test->start(nullptr, progress_);
  const auto connection = machine->connect();
  EXPECT_EQ(execute_document(*connection, create_file), "success");
  ask({"kill", "ibtest-" + run_id_ + "-1"});
  EXPECT_TRUE(connection->receive(Clock::now() + 20s).ended);
  EXPECT_THAT(machine->post_mortem().value_or(""), StartsWith("the container was stopped"));
  machine->copy_out("/data", folder_ / "data");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "data" / "file"));
}

TEST_P(AnyEngine, KeepsAMachine) {
  const auto under_test = target(empty_image());
  under_test->prepare(progress_);
  const std::string kept = "ibtest-kept-" + run_id_ + "-1";
  {
    const auto machine = under_test->start(nullptr, progress_);
    EXPECT_TRUE(machine->connect()->receive({}).line.has_value());
    EXPECT_THAT(machine->keep(), AllOf(HasSubstr(kept), HasSubstr("no shell")));
  }
  EXPECT_THAT(ask({"inspect", "--format", "{{.State.Running}}", kept}), StartsWith("true"));
  ask({"rm", "--force", kept});
}

TEST_P(AnyEngine, RemovesWhatAKilledRunLeft) {
  const auto image = empty_image();
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t victim = ::fork();
  if (victim == 0) {
    // Nothing may leave this block: the test would go on twice.
    try {
      ProcessLoop loop;
      const auto under_test =
          make_target(engine_name() + ":" + image, {.run_id = run_id_, .agent_executable = agent_, .loop = &loop});
      under_test->prepare(progress_);
      const auto machine = under_test->start(nullptr, progress_);
      const auto snapshot = machine->snapshot();
      if (::write(ends[1], "x", 1) == 1) ::pause();
    } catch (const Fault& fault) {
      std::fprintf(stderr, "%s\n", fault.what());
    }
    ::_exit(2);
  }
  ::close(ends[1]);
  char byte = 0;
  ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  // Nothing of a living run is touched.
  for (const auto& removed : remove_leftovers(loop_, agent_, false).removed)
    EXPECT_THAT(removed, Not(HasSubstr(run_id_)));
  EXPECT_NE(ask({"ps", "--quiet", "--filter", "label=ibtest.run=" + run_id_}), "");
  ::kill(victim, SIGKILL);
  ::waitpid(victim, nullptr, 0);
  EXPECT_THAT(remove_leftovers(loop_, agent_, false).removed,
              AllOf(Contains(engine_name() + " container ibtest-" + run_id_ + "-1"),
                    Contains(engine_name() + " snapshot " + run_id_)));
  ::close(ends[0]);
}

class DockerTarget : public TargetTest {};

TEST_F(DockerTarget, FillsTheAgentVolumeOnceAlsoForConcurrentRuns) {
  const auto image = empty_image();
  // An agent of its own: the same program with a byte more has another hash.
  std::filesystem::copy_file(agent_, folder_ / "ibtest-agent");
  std::ofstream(folder_ / "ibtest-agent", std::ios::app) << run_id_;
  agent_ = folder_ / "ibtest-agent";
  std::vector<pid_t> runs;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(::fork());
    if (runs.back() != 0) continue;
    ProcessLoop loop;
    RecordedProgress progress;
    bool greeted = false;
    try {
      const auto under_test = make_target(
          "docker:" + image, {.run_id = run_id_ + "-" + std::to_string(i), .agent_executable = agent_, .loop = &loop});
      under_test->prepare(progress);
      const auto machine = under_test->start(nullptr, progress);
      greeted = machine->connect()->receive({}).line.has_value();
    } catch (const Fault& fault) {
      std::fprintf(stderr, "%s\n", fault.what());
    }
    ::_exit(greeted ? 0 : 1);
  }
  for (const pid_t run : runs) {
    int status = 0;
    ::waitpid(run, &status, 0);
    EXPECT_EQ(status, 0);
  }
  {
    const auto under_test = target(image);
    under_test->prepare(progress_);
    EXPECT_TRUE(under_test->start(nullptr, progress_)->connect()->receive({}).line.has_value());
    EXPECT_TRUE(progress_.activities.empty()) << progress_.activities.front();
  }
  ask({"volume", "rm", agent_volume_name(agent_)});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask({"ps", "-aq", "--filter", "label=ibtest.run=" + run_id_ + "-" + std::to_string(i)}), "");
  }
}

TEST_F(DockerTarget, RunsAsRootInAnImageWithItsOwnUserEntrypointAndVolume_EMU_2) {
  const auto base = empty_image();
  std::ofstream(folder_ / "Dockerfile") << "FROM " << base
                                        << "\nUSER 1234\nENTRYPOINT [\"/none\"]\nWORKDIR /some/where\nVOLUME /vol\n"
                                           "HEALTHCHECK CMD [\"/none\"]\n";
  const std::string image = "ibtest-test-odd:" + run_id_;
  ASSERT_EQ(engine().run({"build", "--tag", image, folder_.string()}).exit_code, 0);
  images_.insert(images_.begin(), image);
  const auto anonymous_volume = [&] {
    const auto container = "ibtest-" + run_id_ + "-1";
    return ask(
        {"inspect", "--format", "{{range .Mounts}}{{if eq .Destination \"/vol\"}}{{.Name}}{{end}}{{end}}", container});
  };
  std::string volume;
  {
    const auto under_test = target(image);
    under_test->prepare(progress_);
    const auto machine = under_test->start(nullptr, progress_);
    EXPECT_EQ(execute_document(*machine->connect(), create_file), "success");
    volume = anonymous_volume();
    volume.pop_back();
    EXPECT_THAT(ask({"volume", "ls", "--quiet"}), HasSubstr(volume));
  }
  EXPECT_THAT(ask({"volume", "ls", "--quiet"}), Not(HasSubstr(volume)));
}

TEST_F(DockerTarget, SaysThatAnImageIsForAnotherArchitecture) {
  // Engines build no image for another architecture without an emulator; one can be loaded.
  const std::string image = "ibtest-test-other:" + run_id_;
  const std::string layer(1024, '\0');
  std::ofstream(folder_ / "layer.tar", std::ios::binary) << layer;
  std::ofstream(folder_ / "config.json")
      << R"({"architecture": "s390x", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": ["sha256:)"
      << sha256_of(layer) << R"("]}})";
  std::ofstream(folder_ / "manifest.json")
      << R"([{"Config": "config.json", "Layers": ["layer.tar"], "RepoTags": [")" << image << R"("]}])";
  loop_.run({"tar", "--create", "--file", (folder_ / "image.tar").string(), "--directory", folder_.string(),
             "manifest.json", "config.json", "layer.tar"});
  const auto made = engine().run({"load", "--input", (folder_ / "image.tar").string()});
  ASSERT_EQ(made.exit_code, 0) << made.standard_error;
  images_.push_back(image);
  const auto under_test = target(image);
  try {
    under_test->prepare(progress_);
    FAIL() << "prepared";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::target_failed);
    EXPECT_THAT(fault.message(), HasSubstr("s390x"));
  }
}

TEST_F(DockerTarget, SaysWithinASecondThatTheEngineIsNotRunning) {
  const char* old = std::getenv("DOCKER_HOST");
  const std::string saved = old != nullptr ? old : "";
  ::setenv("DOCKER_HOST", "unix:///nonexistent.sock", 1);
  const auto start = Clock::now();
  try {
    const auto under_test = target("debian:12");
    under_test->prepare(progress_);
    ADD_FAILURE() << "prepared";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::target_failed);
    EXPECT_THAT(fault.message(), AllOf(HasSubstr("does not answer"), HasSubstr("unix:///nonexistent.sock")));
    EXPECT_THAT(fault.remedy(), HasSubstr("systemctl start docker"));
  }
  EXPECT_LT(Clock::now() - start, 1s);
  if (old != nullptr) {
    ::setenv("DOCKER_HOST", saved.c_str(), 1);
  } else {
    ::unsetenv("DOCKER_HOST");
  }
}

TEST_F(DockerTarget, SaysWhichImageCannotBeHad) {
  const auto under_test = target("127.0.0.1:9/ibtest-no-such-image:1");
  try {
    under_test->prepare(progress_);
    FAIL() << "prepared";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::target_failed);
    EXPECT_THAT(fault.message(), AllOf(HasSubstr("ibtest-no-such-image:1"), HasSubstr("cannot be reached")));
    EXPECT_NE(fault.remedy(), "");
  }
  EXPECT_THAT(progress_.activities, Contains(HasSubstr("pulling the image")));
}

TEST_F(DockerTarget, ListsTheShortNamesForAMisspeltOne) {
  const auto under_test = target("debian12");
  try {
    under_test->prepare(progress_);
    FAIL() << "prepared";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
    EXPECT_THAT(fault.message(), HasSubstr("docker:debian-12"));
    EXPECT_THAT(fault.remedy(), AllOf(HasSubstr("al2023"), HasSubstr("ubuntu-24.04")));
  }
}

TEST_F(DockerTarget, LeavesNothingOfAMachineThatWasNeverAskedFor) {
  const auto image = empty_image();
  const auto under_test = target(image);
  under_test->prepare(progress_);
}

TEST_F(DockerTarget, StopsWaitingAtAnInterrupt) {
  const auto under_test = target(empty_image());
  under_test->prepare(progress_);
  ::raise(SIGINT);
  while (loop_.interrupts() == 0)
    loop_.wait_until(Clock::now() + 1s);
  EXPECT_THROW(static_cast<void>(under_test->start(nullptr, progress_)), Interrupted);
}

}  // namespace
}  // namespace ibtest
