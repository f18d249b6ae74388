#include "runner/subprocess/line_conversation.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

TEST(LineConversation, TalksInBothDirections) {
  ProcessLoop loop;
  LineConversation cat(loop, {"cat"});
  cat.send("one");
  cat.send("two");
  EXPECT_EQ(cat.receive().line, "one");
  EXPECT_EQ(cat.receive().line, "two");
  cat.close_input();
  EXPECT_TRUE(cat.receive().ended);
  EXPECT_EQ(cat.wait_for_exit(2s), 0);
}

TEST(LineConversation, HandsOutALastLineWithoutLineBreak) {
  ProcessLoop loop;
  LineConversation child(loop, {"printf", "a\\nb"});
  EXPECT_EQ(child.receive().line, "a");
  EXPECT_EQ(child.receive().line, "b");
  EXPECT_TRUE(child.receive().ended);
}

TEST(LineConversation, WakesAtTheTimeAndByInterruptOnceEach) {
  ProcessLoop loop;
  LineConversation cat(loop, {"cat"});
  EXPECT_TRUE(cat.receive(Clock::now() + 10ms).woken);
  ::raise(SIGINT);
  EXPECT_TRUE(cat.receive().woken);
  cat.send("after");
  EXPECT_EQ(cat.receive().line, "after");
}

TEST(LineConversation, ReportsAnInterruptThatCameDuringAnotherCommand) {
  ProcessLoop loop;
  LineConversation cat(loop, {"cat"});
  loop.run({"echo", "x"}, {.on_line = [](std::string_view) { ::raise(SIGHUP); }, .interruptible = false});
  EXPECT_TRUE(cat.receive().woken);
  // Only now: the loop may learn of the signal after the end of `echo`, and even after a line of `cat`.
  cat.send("line");
  EXPECT_EQ(cat.receive().line, "line");
}

TEST(LineConversation, SlowsTheChildDownToTheReadersSpeed) {
  ProcessLoop loop;
  const auto counter = std::filesystem::temp_directory_path() / ("ibtest-flood-" + std::to_string(::getpid()));
  LineConversation flood(
      loop,
      {"sh", "-c", "i=0; while [ $i -lt 3000 ]; do printf '%01000d\\n' $i; i=$((i+1)); done; : > " + counter.string()});
  EXPECT_TRUE(flood.receive().line.has_value());
  // Time passes on the loop, and nobody takes lines: 3 MB must not all have been read.
  loop.run({"sleep", "0.3"});
  EXPECT_FALSE(std::filesystem::exists(counter));
  int lines = 1;
  while (flood.receive().line)
    ++lines;
  EXPECT_EQ(lines, 3000);
  EXPECT_EQ(flood.wait_for_exit(2s), 0);
  std::filesystem::remove(counter);
}

TEST(LineConversation, KeepsTheErrorOutputAndStreamsItsLines) {
  ProcessLoop loop;
  LineConversation child(loop, {"sh", "-c", "echo oops >&2; exit 3"});
  std::vector<std::string> lines;
  child.on_error_line([&](std::string_view line) { lines.emplace_back(line); });
  EXPECT_TRUE(child.receive().ended);
  EXPECT_EQ(child.wait_for_exit(2s), 3);
  EXPECT_EQ(child.error_output(), "oops\n");
  EXPECT_THAT(lines, testing::ElementsAre("oops"));
}

TEST(LineConversation, GivesUpWaitingForAChildThatDoesNotEnd) {
  ProcessLoop loop;
  LineConversation child(loop, {"sleep", "1000"});
  EXPECT_EQ(child.wait_for_exit(20ms), std::nullopt);
}

TEST(LineConversation, TakesALongLineAndRefusesAnEndlessOne) {
  ProcessLoop loop;
  LineConversation long_line(loop, {"sh", "-c", "head -c 20000000 /dev/zero; echo"});
  EXPECT_EQ(long_line.receive().line->size(), 20'000'000U);
  LineConversation endless(loop, {"cat", "/dev/zero"});
  try {
    static_cast<void>(endless.receive());
    FAIL() << "received";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::target_failed);
    EXPECT_THAT(fault.message(), HasSubstr("64 MiB"));
  }
}

}  // namespace
}  // namespace ibtest
