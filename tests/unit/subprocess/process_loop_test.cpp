#include "runner/subprocess/process_loop.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> shell(const std::string& script) {
  return {"/bin/sh", "-c", script};
}

bool process_exists(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

/// A process that is not our child can only be watched.
bool ends_within(pid_t pid, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (process_exists(pid)) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

TEST(ProcessLoop, CollectsBothOutputsAndTheExitStatus) {
  ProcessLoop loop;
  const auto result = loop.run(shell("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.standard_output, "out\n");
  EXPECT_EQ(result.standard_error, "err\n");
}

TEST(ProcessLoop, FeedsAndDrainsMoreThanAPipeHolds) {
  ProcessLoop loop;
  const std::string input(3'000'000, 'x');
  EXPECT_EQ(loop.run({"cat"}, {.standard_input = input}).standard_output, input);
}

TEST(ProcessLoop, SurvivesAChildThatDoesNotReadItsInput) {
  ProcessLoop loop;
  EXPECT_EQ(loop.run({"true"}, {.standard_input = std::string(3'000'000, 'x')}).exit_code, 0);
}

TEST(ProcessLoop, StreamsLinesOfBothOutputsWithoutLineBreaks) {
  ProcessLoop loop;
  std::vector<std::string> lines;
  loop.run(shell("printf 'a\\r\\nb\\n'; sleep 0.05; printf c >&2"),
           {.on_line = [&](std::string_view line) { lines.emplace_back(line); }});
  EXPECT_THAT(lines, ElementsAre("a", "b", "c"));
}

TEST(ProcessLoop, ReportsASignalAs128PlusItsNumber) {
  ProcessLoop loop;
  EXPECT_EQ(loop.run(shell("kill -TERM $$")).exit_code, 128 + SIGTERM);
}

TEST(ProcessLoop, KillsTheWholeGroupAtTheTimeout) {
  ProcessLoop loop;
  const auto result = loop.run(shell("sleep 1000 & echo $!; wait"), {.timeout = 100ms});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.exit_code, 137);
  EXPECT_TRUE(ends_within(std::stoi(result.standard_output), 2s));
}

TEST(ProcessLoop, DoesNotWaitForAGrandchildThatHoldsTheOutput) {
  ProcessLoop loop;
  const auto start = std::chrono::steady_clock::now();
  const auto result = loop.run(shell("setsid sleep 30 & echo $!"));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  ::kill(std::stoi(result.standard_output), SIGKILL);
}

TEST(ProcessLoop, SaysWhichProgramIsMissing) {
  ProcessLoop loop;
  try {
    loop.run({"ibtest-no-such-program"});
    FAIL() << "started";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::target_failed);
    EXPECT_THAT(fault.message(), HasSubstr("ibtest-no-such-program"));
  }
}

TEST(ProcessLoop, SaysWhyAFileCannotBeExecuted) {
  ProcessLoop loop;
  const auto path = std::filesystem::temp_directory_path() / ("ibtest-not-a-program-" + std::to_string(::getpid()));
  std::ofstream(path) << "\x7f"
                      << "ELF nothing";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  try {
    loop.run({path.string()});
    ADD_FAILURE() << "started";
  } catch (const Fault& fault) {
    EXPECT_THAT(fault.message(), HasSubstr("Exec format error"));
  }
  std::filesystem::remove(path);
}

TEST(ProcessLoop, RunsChildrenInASessionOfTheirOwnWithDefaultSignals) {
  ProcessLoop loop;
  const auto result = loop.run({"cat", "/proc/self/stat"});
  std::istringstream stat(result.standard_output);
  std::string pid, name, state, parent, group, session;
  stat >> pid >> name >> state >> parent >> group >> session;
  EXPECT_EQ(pid, group);
  EXPECT_EQ(pid, session);
  EXPECT_THAT(loop.run({"grep", "SigIgn", "/proc/self/status"}).standard_output, HasSubstr("0000000000000000"));
}

TEST(ProcessLoop, CountsSignalsAndEndsAnInterruptibleCommand) {
  ProcessLoop loop;
  int seen = 0;
  loop.on_interrupt([&] { seen = loop.interrupts(); });
  std::string child;
  EXPECT_THROW(loop.run(shell("echo $$; exec sleep 1000"), {.on_line =
                                                                [&](std::string_view line) {
                                                                  child = line;
                                                                  ::raise(SIGINT);
                                                                }}),
               Interrupted);
  EXPECT_EQ(loop.interrupts(), 1);
  EXPECT_EQ(seen, 1);
  EXPECT_FALSE(process_exists(std::stoi(child)));
  EXPECT_THROW(loop.run({"true"}), Interrupted);
  EXPECT_EQ(loop.run({"true"}, {.interrupts_needed = 2}).exit_code, 0);
}

TEST(ProcessLoop, GoesOnAfterInterruptsThatWereTaken) {
  ProcessLoop loop;
  const auto interrupt = [&loop] {
    const int before = loop.interrupts();
    loop.interrupt();
    while (loop.interrupts() == before)
      loop.wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  };
  interrupt();
  {
    const InterruptsTaken taken(loop, 1);
    EXPECT_EQ(loop.interrupts(), 0);
    EXPECT_EQ(loop.run({"true"}).exit_code, 0);
    interrupt();
    EXPECT_EQ(loop.interrupts(), 1);
    EXPECT_THROW(loop.run({"true"}), Interrupted);
  }
  EXPECT_EQ(loop.interrupts(), 2);
}

TEST(ProcessLoop, FinishesCleanUpInSpiteOfInterrupts) {
  ProcessLoop loop;
  const auto result = loop.run(shell("echo go; sleep 0.1; echo done"),
                               {.on_line = [](std::string_view) { ::raise(SIGTERM); }, .interruptible = false});
  EXPECT_EQ(result.standard_output, "go\ndone\n");
  EXPECT_GE(loop.interrupts(), 1);  // the last may come when the command has ended already
}

TEST(ProcessLoop, RunsCommandsAtTheSameTime) {
  ProcessLoop loop;
  const auto fifo = std::filesystem::temp_directory_path() / ("ibtest-fifo-" + std::to_string(::getpid()));
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto reader = loop.start({"cat", fifo.string()}, {});
  EXPECT_EQ(loop.run(shell("echo hello > " + fifo.string())).exit_code, 0);
  EXPECT_EQ(reader->wait().standard_output, "hello\n");
  std::filesystem::remove(fifo);
}

TEST(ProcessLoop, KillsAStartedCommandWithItsValue) {
  ProcessLoop loop;
  std::string child;
  {
    const auto command =
        loop.start(shell("echo $$; exec sleep 1000"), {.on_line = [&](std::string_view line) { child = line; }});
    while (child.empty())
      loop.run({"true"});
  }
  EXPECT_FALSE(process_exists(std::stoi(child)));
}

TEST(ProcessLoop, LeavesNoChildBehindWhenItIsKilled) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t victim = ::fork();
  if (victim == 0) {
    ProcessLoop loop;
    loop.run(shell("echo $$; exec sleep 1000"), {.on_line = [&](std::string_view line) {
               const std::string text = std::string(line) + "\n";
               if (::write(ends[1], text.data(), text.size()) < 0) ::_exit(2);
             }});
    ::_exit(0);
  }
  std::array<char, 32> text{};
  ASSERT_GT(::read(ends[0], text.data(), text.size() - 1), 0);
  ::kill(victim, SIGKILL);
  ::waitpid(victim, nullptr, 0);
  EXPECT_TRUE(ends_within(std::stoi(text.data()), 5s));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace ibtest
