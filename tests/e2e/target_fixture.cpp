#include "target_fixture.hpp"

#include <cstdlib>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/event.hpp"
#include "agent/protocol/execution_id.hpp"
#include "agent/protocol/job.hpp"

namespace ibtest {

namespace {

/// Podman's defaults need cgroup v2 and a machine that lets it raise limits. What the user has set wins.
void fit_podman_to_this_machine() {
  if (std::filesystem::exists("/sys/fs/cgroup/cgroup.controllers")) return;
  ::setenv("IBTEST_PODMAN_OPTIONS", "--runtime runc --cgroup-manager=cgroupfs", 0);
  ::setenv("IBTEST_PODMAN_RUN_OPTIONS", "--ulimit nofile=1024:1024 --ulimit nproc=1024:1024", 0);
}

std::string lines_json(const std::string& script) {
  return "  - name: only\n    action: ExecuteBash\n    inputs:\n      commands:\n        - " +
         nlohmann::json(script).dump() + "\n";
}

}  // namespace

TargetTest::TargetTest() {
  static int count = 0;
  run_id_ = fmt::format("test-{}-{}", ::getpid(), ++count);
  folder_ = std::filesystem::temp_directory_path() / ("ibtest-" + run_id_);
  agent_ = std::filesystem::path(IBTEST_BIN) / "ibtest-agent";
}

TargetTest::~TargetTest() = default;

std::string TargetTest::engine_name() const {
  return testing::UnitTest::GetInstance()->current_test_info()->value_param() != nullptr ? GetParam() : "docker";
}

ContainerEngine TargetTest::engine() {
  return {*ContainerEngine::find(engine_name()), loop_};
}

void TargetTest::SetUp() {
  fit_podman_to_this_machine();
  std::filesystem::create_directories(folder_);
  ASSERT_TRUE(engine().installed()) << "these tests need " << engine_name();
}

void TargetTest::TearDown() {
  for (const auto& image : images_)
    ask({"rmi", "--force", image});
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(ask({"ps", "--all", "--quiet", "--filter", "label=ibtest.run=" + run_id_}), "") << "a container is left";
  EXPECT_EQ(ask({"images", "--all", "--quiet", "--filter", "label=ibtest.run=" + run_id_}), "") << "an image is left";
  EXPECT_EQ(ask({"network", "ls", "--quiet", "--filter", "label=ibtest.run=" + run_id_}), "") << "a network is left";
  EXPECT_EQ(ask({"images", "--quiet", "--filter", "dangling=true", "--filter", "label=ibtest.recipe.name"}), "")
      << "a dangling image is left";
}

TargetContext TargetTest::context() {
  return {.run_id = run_id_, .agent_executable = agent_, .loop = &loop_, .allow_local = false};
}

std::unique_ptr<Target> TargetTest::target(const std::string& image) {
  return make_target(engine_name() + ":" + image, context());
}

std::string TargetTest::empty_image() {
  const auto archive = folder_ / "empty.tar";
  loop_.run({"tar", "--create", "--file", archive.string(), "--files-from", "/dev/null"});
  const std::string image = "ibtest-test-empty:" + run_id_;
  const auto made = engine().run({"import", archive.string(), image});
  EXPECT_EQ(made.exit_code, 0) << made.standard_error;
  images_.push_back(image);
  return image;
}

std::string TargetTest::ask(const std::vector<std::string>& arguments) {
  return engine().run(arguments, ContainerEngine::clean_up()).standard_output;
}

std::string TargetTest::execute_document(AgentConnection& connection, const std::string& document) {
  std::string output;
  while (true) {
    const auto received = connection.receive(std::chrono::steady_clock::now() + std::chrono::seconds(60));
    if (!received.line) {
      ADD_FAILURE() << (received.ended ? "ended: " + connection.end_reason() : "the agent says nothing");
      return output;
    }
    const Event event = decode_event(*received.line);
    if (std::holds_alternative<Hello>(event.body)) {
      Job job;
      job.execution_id = make_execution_id();
      job.documents.push_back({.path = "test.yml", .text = document, .parameters = {}});
      job.environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
      connection.send(encode(Command{StartRun{job}}));
    } else if (const auto* bytes = std::get_if<Output>(&event.body)) {
      output += bytes->bytes;
    } else if (const auto* fault = std::get_if<AgentFault>(&event.body)) {
      ADD_FAILURE() << fault->message;
      return output;
    } else if (const auto* finished = std::get_if<RunFinished>(&event.body)) {
      return output + std::string(status_word(finished->status));
    }
  }
}

std::string TargetTest::execute(AgentConnection& connection, const std::string& script) {
  return execute_document(connection, "schemaVersion: 1.0\nphases:\n- name: build\n  steps:\n" + lines_json(script));
}

}  // namespace ibtest
