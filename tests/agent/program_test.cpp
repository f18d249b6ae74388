// The verbs of ibtest-agent.
#include <csignal>
#include <fstream>
#include <poll.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::HasSubstr;

std::string output_text(AgentProgram& agent) {
  std::string text;
  char block[4096];
  for (ssize_t size = 0; (size = ::read(agent.output(), static_cast<char*>(block), sizeof block)) > 0;) {
    text.append(static_cast<char*>(block), static_cast<std::size_t>(size));
  }
  return text;
}

TEST(AgentVerbs, VersionNamesCurl) {
  AgentProgram agent({agent_path(), "--version"});
  EXPECT_THAT(output_text(agent), testing::ContainsRegex("^ibtest-agent [0-9.]+ \\(libcurl/"));
  EXPECT_EQ(agent.wait(), 0);
}

TEST(AgentVerbs, UnknownOnesAreBadUsage) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"dance"}, {}, {"init"}, {"install"}, {"serve", "--nope"}}) {
    std::vector<std::string> command_line = {"sh", "-c", "exec \"$0\" \"$@\" 2>&1", agent_path()};
    command_line.insert(command_line.end(), arguments.begin(), arguments.end());
    AgentProgram agent(command_line);
    EXPECT_THAT(output_text(agent), HasSubstr("Usage:"));
    EXPECT_EQ(agent.wait(), 2);
  }
}

TEST(AgentVerbs, InstallCopiesTheProgramWhole) {
  const TemporaryFolder folder;
  AgentProgram agent({agent_path(), "install", (folder / "a" / "b").string()});
  EXPECT_EQ(agent.wait(), 0);
  const auto installed = folder / "a/b/ibtest-agent";
  EXPECT_EQ(read_file(installed), read_file(agent_path()));
  EXPECT_EQ(static_cast<int>(std::filesystem::status(installed).permissions()), 0755);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "a/b"), {}), 1);
  AgentProgram again({installed.string(), "install", (folder / "a" / "b").string()});
  EXPECT_EQ(again.wait(), 0) << "over itself";
}

TEST(AgentVerbs, ServeEndsWhenNobodyIsThere) {
  const TemporaryFolder folder;
  AgentProgram agent({agent_path(), "serve", "--state-directory", (folder / "state").string()});
  const auto hello = agent.next();
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->sequence, 1U);
  EXPECT_EQ(std::get<Hello>(hello->body).protocol, protocol_version);
  agent.close_input();
  EXPECT_EQ(agent.wait(), 0);
}

TEST(AgentVerbs, ServeWaitsForTheBootMarker) {
  const TemporaryFolder folder;
  const auto marker = folder / "run" / "booted";
  AgentProgram agent({agent_path(), "serve", "--boot-marker", marker.string()});
  pollfd ready{.fd = agent.output(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&ready, 1, 200), 0) << "Hello before the marker";
  std::filesystem::create_directory(folder / "run");
  std::ofstream(folder / "run" / "other") << "not it";
  EXPECT_EQ(::poll(&ready, 1, 200), 0) << "Hello before the marker";
  std::ofstream(marker) << "booted";
  EXPECT_TRUE(agent.next().has_value());
  agent.close_input();
  EXPECT_EQ(agent.wait(), 0);
}

TEST(AgentVerbs, ServeStopsWaitingForTheBootMarkerWithTheRunner) {
  const TemporaryFolder folder;
  AgentProgram agent({agent_path(), "serve", "--boot-marker", (folder / "booted").string()});
  agent.close_input();
  EXPECT_EQ(agent.wait(), 0);
}

TEST(AgentVerbs, InitPassesItsStreamsOnReapsAndStays) {
  // The inner shell is an orphan by the time it ends, and init's to reap.
  AgentProgram init(
      {agent_path(), "init", "sh", "-c", "exec 3<&0; sh -c 'read -r line <&3; echo orphan' & echo started; exit 0"},
      AgentProgram::ProcessNamespace::own);
  init.close_input();
  const std::string text = output_text(init);
  for (const auto& line : {std::string("started\n"), std::string("orphan\n"), std::string(agent_ended_line) + "\n"}) {
    EXPECT_THAT(text, HasSubstr(line)) << "the end of the output is seen";
  }
  while (!children_of(init.pid()).empty())
    ::poll(nullptr, 0, 1);
  EXPECT_TRUE(is_alive(init.pid()));
  ::kill(init.pid(), SIGTERM);
  EXPECT_EQ(init.wait(), 0);
}

TEST(AgentVerbs, InitReportsTheDeathOfTheAgent) {
  AgentProgram init({agent_path(), "init", agent_path(), "serve"}, AgentProgram::ProcessNamespace::own);
  ASSERT_TRUE(init.next().has_value());
  const auto agent = children_of(init.pid());
  ASSERT_EQ(agent.size(), 1U);
  ::kill(agent.front(), SIGKILL);
  std::string text = output_text(init);
  text.erase(0, text.find_first_not_of('\n'));
  text.resize(text.find('\n'));
  EXPECT_THAT(std::get<AgentFault>(decode_event(text).body).message, HasSubstr("signal: killed"));
  ::kill(init.pid(), SIGTERM);
  EXPECT_EQ(init.wait(), 0);
}

TEST(AgentVerbs, InitSaysWhenItsCommandCannotStart) {
  AgentProgram init({"sh", "-c", "exec '" + agent_path() + "' init /no/such/program 2>&1"});
  EXPECT_THAT(output_text(init), HasSubstr("/no/such/program: no such file or directory"));
  EXPECT_EQ(init.wait(), 127);
}

}  // namespace
}  // namespace ibtest::test
