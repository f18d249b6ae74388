// Log folders that agents send: programs that stand in the place of ibtest-agent.
#include "runner/cli/log_receiver.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/exchange_frame.hpp"
#include "tests/unit/cli/scripted_agent.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

class LogReceiverTest : public ScriptedAgentTest {
 protected:
  /// What receive_logs() says of an agent that is this shell script; it may print `frames` of exchange 1.
  std::string receive(const std::string& script, const std::vector<ExchangeFrame>& frames = {}) {
    std::ofstream lines(folder_ / "frames");
    for (const ExchangeFrame& frame : frames)
      lines << encode(frame) << "\n";
    lines.close();
    const auto machine = machine_with(script);
    const auto connection = machine->connect();
    return receive_logs(loop_, *connection, folder_ / "logs");
  }

  std::string receive_files(const nlohmann::json& files, const std::string& bytes) {
    using Kind = ExchangeFrame::Kind;
    const std::string script = "read -r command; cat '" + (folder_ / "frames").string() + R"sh('
read -r answer
error=$(echo "$answer" | sed -n 's/.*"error":"\([^"]*\)".*/\1/p')
echo "{\"n\":2,\"t\":1,\"e\":\"logs-sent\",\"error\":\"$error\"}"
cat >/dev/null)sh";
    return receive(script, {{.exchange = 1, .kind = Kind::ask, .content = {{"ask", "keep-logs"}, {"files", files}}},
                            {.exchange = 1, .kind = Kind::data, .bytes = bytes},
                            {.exchange = 1, .kind = Kind::end}});
  }

  [[nodiscard]] std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / "logs" / name).rdbuf();
    return text.str();
  }
};

TEST_F(LogReceiverTest, WritesTheFilesOneAfterTheOther) {
  EXPECT_EQ(receive_files({{{"path", "console.log"}, {"size", 6}},
                           {{"path", "empty"}, {"size", 0}},
                           {{"path", "child/detailedoutput.json"}, {"size", 2}}},
                          "hello\n{}"),
            "");
  EXPECT_EQ(content("console.log"), "hello\n");
  EXPECT_EQ(content("child/detailedoutput.json"), "{}");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "logs" / "empty"));
}

TEST_F(LogReceiverTest, RefusesPathsThatLeadOutAndLeavesNothing) {
  for (const std::string path : {"../escaped", "/tmp/escaped", "a/../../escaped", "", ".", "folder/"}) {
    EXPECT_THAT(receive_files({{{"path", path}, {"size", 1}}}, "x"), HasSubstr("outside its log folder")) << path;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "logs")) << path;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "escaped")) << path;
  }
}

TEST_F(LogReceiverTest, LeavesLargeLogsToTheMachine) {
  EXPECT_EQ(receive_files({{{"path", "console.log"}, {"size", 1U << 30U}}}, "x"), "the logs are large");
  EXPECT_EQ(receive_files({{{"path", "a"}, {"size", 10U << 20U}}, {{"path", "b"}, {"size", 10U << 20U}}}, "x"),
            "the logs are large");
}

TEST_F(LogReceiverTest, RefusesListsThatMakeNoSense) {
  EXPECT_THAT(receive_files("all", "x"), HasSubstr("no usable list of files"));
  EXPECT_THAT(receive_files({{{"path", "a"}}}, "x"), HasSubstr("a file without size"));
  EXPECT_THAT(receive_files({{{"path", "a"}, {"size", -1}}}, "x"), HasSubstr("a file without size"));
  EXPECT_THAT(receive_files({{{"path", "a"}, {"size", 1}}, {{"path", "a"}, {"size", 1}}}, "xy"),
              HasSubstr("File exists"));
  EXPECT_THAT(receive_files({{{"path", "a"}, {"size", 3}}}, "x"), HasSubstr("sends less than it has announced"));
}

// Frames may come another way than events, and later.
TEST_F(LogReceiverTest, CountsWhatIsWrittenAndNotWhatTheAgentSays) {
  using Kind = ExchangeFrame::Kind;
  const std::string script =
      R"sh(read -r command; echo '{"n":2,"t":1,"e":"logs-sent","error":""}'; sleep 0.1; cat ')sh" +
      (folder_ / "frames").string() + "'; cat >/dev/null";
  const auto receive_file = [&](const std::string& path) {
    const nlohmann::json file = {{"path", path}, {"size", 6}};
    const auto files = nlohmann::json::array({file});
    return receive(script, {{.exchange = 1, .kind = Kind::ask, .content = {{"ask", "keep-logs"}, {"files", files}}},
                            {.exchange = 1, .kind = Kind::data, .bytes = "hello\n"},
                            {.exchange = 1, .kind = Kind::end}});
  };
  EXPECT_EQ(receive_file("console.log"), "");
  EXPECT_EQ(content("console.log"), "hello\n");
  std::filesystem::remove_all(folder_ / "logs");
  EXPECT_THAT(receive_file("../escaped"), HasSubstr("outside its log folder"));
}

TEST_F(LogReceiverTest, GivesUpOnAnAgentThatEndsOrTalksNonsense) {
  EXPECT_EQ(receive("read -r command; exit 0"), "the agent has ended");
  EXPECT_THAT(receive("read -r command; echo nonsense; sleep 5"), HasSubstr("reading an event"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "logs"));
}

}  // namespace
}  // namespace ibtest
