// `ibtest-agent attach`: the bridge between a connection and an agent that outlives it.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "agent/protocol/resumable_stream.hpp"
#include "agent/protocol/session_lines.hpp"
#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::HasSubstr;

constexpr int longest_silence_ms = 20'000;

/// One connection: the bridge with pipes at its ends, and at the other side the session. Killed with the value.
class Bridge {
 public:
  Bridge(const std::filesystem::path& session, const std::vector<std::string>& flags) {
    const auto errors = session.parent_path().string() + "-errors";
    std::vector<std::string> command_line = {"sh", "-c", "exec \"$0\" \"$@\" 2>>" + errors, agent_path(), "attach"};
    command_line.insert(command_line.end(), flags.begin(), flags.end());
    command_line.push_back(session.string());
    errors_ = errors;
    program_ = std::make_unique<AgentProgram>(command_line);
  }

  void say(const std::string& bytes) const { EXPECT_EQ(write_all(program_->input(), bytes), 0); }
  /// Nothing at the end of the output.
  std::optional<std::string> line() {
    for (;;) {
      if (const auto end = heard_.find('\n'); end != std::string::npos) {
        std::string line = heard_.substr(0, end);
        heard_.erase(0, end + 1);
        return line;
      }
      pollfd ready{.fd = program_->output(), .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, longest_silence_ms) <= 0) {
        ADD_FAILURE() << "the bridge says nothing";
        return std::nullopt;
      }
      char space[4096];
      const ssize_t size = ::read(program_->output(), static_cast<char*>(space), sizeof space);
      if (size <= 0) return std::nullopt;
      heard_.append(static_cast<char*>(space), static_cast<std::size_t>(size));
    }
  }
  void greet(const std::string& conversation, std::uint64_t received = 0) const {
    say(encode(ConnectionGreeting{conversation, received, 0}));
  }
  /// The greeting of the agent; its conversation.
  std::string greeted() {
    const auto its = decode_greeting(line().value_or(""));
    return its ? its->conversation : "no greeting";
  }
  /// What the agent says in frames, until it has said this.
  bool hear(const std::string& text) {
    while (const auto next = line()) {
      if (next->find(text) != std::string::npos) return true;
    }
    return false;
  }
  void close_input() { program_->close_input(); }
  void close_output() { program_->close_output(); }
  int wait() { return program_->wait(); }
  [[nodiscard]] std::string errors() const { return read_file(errors_); }
  [[nodiscard]] pid_t pid() const { return program_->pid(); }

 private:
  std::string errors_;
  std::string heard_;
  std::unique_ptr<AgentProgram> program_;
};

std::string frame(const std::string& payload) {
  return "data " + std::to_string(payload.size()) + "\n" + payload;
}

class AttachTest : public testing::Test {
 protected:
  AttachTest() { ::mkdir((folder_ / "state").c_str(), 0700); }
  ~AttachTest() override {
    // Sessions that tests have left wait for a runner for a day.
    for (const pid_t agent : agents())
      ::kill(agent, SIGKILL);
    for (const pid_t agent : agents()) {
      while (is_alive(agent))
        ::poll(nullptr, 0, 1);
    }
  }

  /// The processes of the sessions: this folder stands in their command lines.
  [[nodiscard]] std::vector<pid_t> agents() const {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string command_line = read_file(entry.path() / "cmdline");
      if (command_line.find("attach") != std::string::npos && command_line.find(session_.string()) != std::string::npos)
        found.push_back(std::atoi(entry.path().filename().c_str()));
    }
    return found;
  }
  [[nodiscard]] std::unique_ptr<Bridge> start(const std::string& owner = "run one") const {
    return std::make_unique<Bridge>(session_, std::vector<std::string>{"--start", "--owner", owner});
  }
  [[nodiscard]] std::unique_ptr<Bridge> attach() const {
    return std::make_unique<Bridge>(session_, std::vector<std::string>{});
  }
  void expect_refusal(const std::string& words) const {
    const auto bridge = start();
    EXPECT_FALSE(bridge->line().has_value());
    EXPECT_EQ(bridge->wait(), 3);
    EXPECT_THAT(bridge->errors(), HasSubstr(words));
  }
  /// Ends the session as a runner does.
  void release(Bridge& bridge) const {
    bridge.say(frame(encode(Command{Release{}}) + "\n"));
    EXPECT_TRUE(bridge.hear("over"));
    EXPECT_EQ(bridge.wait(), 0);
    EXPECT_FALSE(std::filesystem::exists(session_));
  }

  TemporaryFolder folder_;
  const std::filesystem::path session_ = folder_ / "state/one";
};

TEST_F(AttachTest, StartsASessionOfWhichNothingIsLeft) {
  const auto bridge = start();
  bridge->greet("first");
  EXPECT_EQ(bridge->greeted(), "first");
  EXPECT_TRUE(bridge->hear(R"("e":"hello")"));
  struct stat about {};
  ASSERT_EQ(::stat(session_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777U, 0700U);
  EXPECT_EQ(read_file(folder_ / "state/lock"), "run one");
  release(*bridge);
}

TEST_F(AttachTest, WithoutStartThereMustBeASession) {
  const auto bridge = attach();
  EXPECT_EQ(bridge->line(), std::string(no_session_line));
  EXPECT_EQ(bridge->wait(), 0);
}

TEST_F(AttachTest, ToASessionThatIsOver) {
  {
    const auto bridge = start();
    bridge->greet("first");
    release(*bridge);
  }
  const auto late = attach();
  EXPECT_EQ(late->line(), std::string(no_session_line));
}

// Also the words of an agent that was killed are told once, and its folder goes.
TEST_F(AttachTest, ToASessionThatWasKilled) {
  {
    const auto bridge = start();
    bridge->greet("first");
    EXPECT_EQ(bridge->greeted(), "first");
    const auto all = agents();
    ASSERT_GE(all.size(), 3U) << "the bridge, the agent, and the one that stands beside it";
    ::kill(*std::ranges::max_element(all), SIGKILL);
    while (bridge->line()) {
    }
  }
  while (read_file(session_ / "errors").empty())
    ::poll(nullptr, 0, 1);
  const auto late = attach();
  EXPECT_EQ(late->line(), std::string(no_session_line));
  EXPECT_EQ(late->wait(), 0);
  EXPECT_THAT(late->errors(), HasSubstr("it was killed by the signal KILL"));
  EXPECT_FALSE(std::filesystem::exists(session_));
}

// The later one is the one that has found its way; the first hears no more.
TEST_F(AttachTest, ASecondConnectionTakesThePlaceOfTheFirst) {
  const auto first = start();
  first->greet("first");
  EXPECT_TRUE(first->hear(R"("e":"hello")"));
  const auto second = attach();
  second->greet("second");
  EXPECT_EQ(second->greeted(), "second");
  EXPECT_FALSE(first->line().has_value());
  EXPECT_EQ(first->wait(), 0);
  EXPECT_TRUE(second->hear(R"("e":"hello")")) << "another runner is told everything";
  release(*second);
}

// One that connects and says nothing, or nonsense, holds up nobody.
TEST_F(AttachTest, WhoDoesNotGreetIsNobody) {
  const auto first = start();
  first->greet("first");
  EXPECT_TRUE(first->hear(R"("e":"hello")"));
  const auto silent = attach();
  for (const std::string& garbage :
       {std::string("hello\n"), std::string(100'000, 'x'), std::string("ibtest-conversation 2 first 0 0\n"),
        std::string("ibtest-conversation 1 ../first 0 0\n"), std::string("ibtest-conversation 1 first -1 0\n"),
        std::string("ibtest-conversation 1 first 0\n"), std::string(10, '\0') + "\n"}) {
    const auto other = attach();
    other->say(garbage);
    EXPECT_FALSE(other->line().has_value()) << garbage.substr(0, 40);
    EXPECT_EQ(other->wait(), 0);
  }
  release(*first);
}

TEST_F(AttachTest, OfAnotherConversationItIsToldSo) {
  const auto first = start();
  first->greet("first");
  EXPECT_TRUE(first->hear(R"("e":"hello")"));
  // Remembers bytes of a conversation that is not this one's, and more bytes than there were.
  for (const auto& [conversation, received] :
       std::vector<std::pair<std::string, std::uint64_t>>{{"other", 7}, {"first", 1U << 30U}}) {
    const auto stranger = attach();
    stranger->greet(conversation, received);
    EXPECT_EQ(stranger->greeted(), "another");
    EXPECT_FALSE(stranger->line().has_value());
  }
  release(*first);
}

TEST_F(AttachTest, ABridgeThatBreaksInTheMiddleOfAFrameLosesNothing) {
  const auto first = start();
  first->greet("first");
  EXPECT_TRUE(first->hear(R"("e":"hello")"));
  const std::string command = encode(Command{Release{}}) + "\n";
  // The first half of a frame; then the connection is gone.
  first->say("data " + std::to_string(command.size()) + "\n" + command.substr(0, 5));
  first->close_input();
  while (first->line()) {
  }
  EXPECT_EQ(first->wait(), 0);
  const auto second = attach();
  second->greet("first");
  const auto its = decode_greeting(second->line().value_or(""));
  ASSERT_TRUE(its.has_value());
  EXPECT_EQ(its->conversation, "first");
  ASSERT_LE(its->received, 5U) << "what has come is known to both";
  second->say(frame(command.substr(its->received)));
  EXPECT_TRUE(second->hear("over"));
  EXPECT_EQ(second->wait(), 0);
}

TEST_F(AttachTest, ABridgeWhoseReaderIsGoneEnds) {
  const auto first = start();
  first->greet("first");
  EXPECT_EQ(first->greeted(), "first");
  first->close_output();
  // What the agent still says cannot be passed on.
  first->say(frame("no command\n"));
  EXPECT_EQ(first->wait(), 0);
  const auto second = attach();
  second->greet("second");
  EXPECT_TRUE(second->hear(R"("e":"hello")"));
  release(*second);
}

TEST_F(AttachTest, WhatIsNoFrameEndsTheConnectionAlone) {
  const auto first = start();
  first->greet("first");
  EXPECT_TRUE(first->hear(R"("e":"hello")"));
  for (const std::string garbage : {"data 99999999\n", "what?\n", "seen 99999999\n"}) {
    const auto other = attach();
    other->greet("other");
    EXPECT_EQ(other->greeted(), "other");
    other->say(garbage);
    while (other->line()) {
    }
    EXPECT_EQ(other->wait(), 0);
  }
  const auto last = attach();
  last->greet("last");
  EXPECT_TRUE(last->hear(R"("e":"hello")"));
  release(*last);
}

TEST_F(AttachTest, WaitsForTheLockAndSaysWhoHasIt) {
  FileDescriptor lock(::open((folder_ / "state/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(write_all(lock.get(), "run zero\nof somebody"), 0);
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  const auto bridge = start();
  bridge->greet("first");
  EXPECT_EQ(bridge->line(), std::string(host_busy_prefix) + "run zero of somebody");
  EXPECT_FALSE(std::filesystem::exists(session_)) << "nothing begins before";
  lock = FileDescriptor();
  EXPECT_EQ(bridge->greeted(), "first");
  release(*bridge);
}

TEST_F(AttachTest, WhoeverWaitsForTheLockLeavesNothingBehind) {
  const FileDescriptor lock(::open((folder_ / "state/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(write_all(lock.get(), "run zero"), 0);
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  const auto bridge = start();
  EXPECT_THAT(bridge->line().value_or(""), testing::StartsWith(host_busy_prefix));
  bridge->close_input();
  EXPECT_EQ(bridge->wait(), 0);
  EXPECT_TRUE(agents().empty());
  EXPECT_FALSE(std::filesystem::exists(session_));
}

TEST_F(AttachTest, RefusesFoldersThatAreNotPrivate) {
  const auto state = folder_ / "state";
  ::chmod(state.c_str(), 0777);
  expect_refusal("may be written to by other users");
  ::chmod(state.c_str(), 0700);
  ::mkdir(session_.c_str(), 0777);
  ::chmod(session_.c_str(), 0722);
  expect_refusal("may be written to by other users");
  std::filesystem::remove(session_);
  std::filesystem::create_directory(folder_ / "elsewhere");
  std::filesystem::create_directory_symlink(folder_ / "elsewhere", session_);
  expect_refusal("is no folder");
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "elsewhere"));
  std::filesystem::remove(session_);
  std::ofstream(session_) << "a file";
  expect_refusal("is no folder");
  std::filesystem::remove(session_);
  std::filesystem::remove_all(state);
  std::filesystem::create_directory_symlink(folder_ / "elsewhere", state);
  expect_refusal("is no folder");
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "elsewhere"));
}

TEST_F(AttachTest, RefusesFoldersOfOtherUsers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make files of others";
  constexpr uid_t nobody = 65534;
  ::mkdir(session_.c_str(), 0700);
  ASSERT_EQ(::chown(session_.c_str(), nobody, nobody), 0);
  expect_refusal("belongs to another user");
  std::filesystem::remove(session_);
  ASSERT_EQ(::chown((folder_ / "state").c_str(), nobody, nobody), 0);
  expect_refusal("belongs to another user");
}

TEST_F(AttachTest, RefusesALockThatLeadsElsewhere) {
  std::ofstream(folder_ / "precious") << "precious";
  std::filesystem::create_symlink(folder_ / "precious", folder_ / "state/lock");
  expect_refusal("lock: Too many levels of symbolic links");
  EXPECT_EQ(read_file(folder_ / "precious"), "precious");
}

// What another agent of before has left there is in nobody's way.
TEST_F(AttachTest, TakesThePlaceOfASessionOfWhichOnlyFilesAreLeft) {
  ::mkdir(session_.c_str(), 0755);
  std::ofstream(session_ / "runners") << "once a socket";
  std::ofstream(session_ / "errors") << "words of another";
  const auto bridge = start();
  bridge->greet("first");
  EXPECT_EQ(bridge->greeted(), "first");
  struct stat about {};
  ASSERT_EQ(::stat(session_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777U, 0700U);
  EXPECT_EQ(read_file(session_ / "errors"), "");
  release(*bridge);
}

}  // namespace
}  // namespace ibtest::test
