// WebDownload in the real agent: memory, deadlines, stops.
#include <thread>

#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"
#include "tests/servers/web_server.hpp"

namespace ibtest::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

#if defined(IBTEST_AS_SHIPPED)
constexpr long memory_limit_kib = 32L << 10U;
constexpr std::uintmax_t big_file = std::uintmax_t{1} << 30U;
#else
constexpr long memory_limit_kib = 1L << 20U;
constexpr std::uintmax_t big_file = std::uintmax_t{64} << 20U;
#endif

class WebDownload : public testing::Test {
 protected:
  WebDownload() : server_(folder_.path()) {}
  void SetUp() override { ASSERT_TRUE(server_.runs()); }

  static std::string step(const std::string& url, const std::string& destination, const std::string& settings = {}) {
    std::string text = "      - name: Get\n        action: WebDownload\n";
    if (!settings.empty()) text += "        " + settings + "\n";
    return text + "        inputs:\n          - source: " + url + "\n            destination: " + destination + "\n";
  }
  [[nodiscard]] std::filesystem::path in_work(const char* name) const {
    return std::filesystem::path(run_.job.working_directory) / name;
  }

  TemporaryFolder folder_;
  WebServer server_;
  TestRun run_;
};

TEST_F(WebDownload, GivesTheNextStepWhatItDownloaded_WEBDOWNLOAD_16_GEN_12) {
  run_.steps(step(server_.http() + "/files/a.txt", "downloads/") +
             TestRun::bash_step("Show", "cat '{{ build.Get.outputs.destination }}'"));
  const auto events = run_.run();
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(output_of(events), "content of a\n");
  EXPECT_THAT(run_.console(), HasSubstr("WebDownload: Source: " + server_.http() + "/files/a.txt"));
}

TEST_F(WebDownload, KeepsBigFilesInBoundedMemory_WEBDOWNLOAD_13) {
  server_.write("big", "");
  std::filesystem::resize_file(server_.files() / "big", big_file);
  run_.steps(step(server_.http() + "/files/big", "big"));
  AgentProgram agent(run_.command_line());
  agent.send(StartRun{run_.job});
  EXPECT_EQ(end_of(agent.read_run()).status, Status::success);
  EXPECT_EQ(std::filesystem::file_size(in_work("big")), big_file);
  EXPECT_LT(agent.peak_memory_kib(), memory_limit_kib);
  agent.send(Release{});
  EXPECT_EQ(agent.wait(), 0);
}

TEST_F(WebDownload, EndsAtTheDeadlineOfTheStep_GEN_18) {
  server_.write("big", std::string(2'000'000, 'x'));
  run_.steps(step(server_.http() + "/slow/big", "big", "timeoutSeconds: 1"));
  const auto start = std::chrono::steady_clock::now();
  const auto events = run_.run();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  EXPECT_EQ(all_of_type<StepFinished>(events).front().failure_message, "step timed out after 1 seconds");
  EXPECT_TRUE(std::filesystem::is_empty(run_.job.working_directory)) << "half of a file is left";
}

TEST_F(WebDownload, EndsWhenTheRunIsStopped) {
  server_.write("big", std::string(2'000'000, 'x'));
  run_.steps(step(server_.http() + "/slow/big", "big"));
  AgentProgram agent(run_.command_line());
  agent.send(StartRun{run_.job});
  agent.read_until([](const Event& event) {
    const auto* const line = std::get_if<LogLine>(&event.body);
    return line != nullptr && line->text == "WebDownload: Created file";
  });
  agent.send(StopRun{});
  EXPECT_EQ(end_of(agent.read_run()).status, Status::interrupted);
  EXPECT_TRUE(std::filesystem::is_empty(run_.job.working_directory)) << "half of a file is left";
  agent.send(Release{});
  EXPECT_EQ(agent.wait(), 0);
}

}  // namespace
}  // namespace ibtest::test
