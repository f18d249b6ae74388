// What goes wrong around a run: the runner, the disk, the agent itself.
#include <csignal>
#include <fstream>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Sanitizers need memory of their own, and code that is not optimised needs time.
#if defined(IBTEST_AS_SHIPPED)
constexpr long memory_limit_kib = 32L << 10U;
constexpr std::size_t big_output = std::size_t{1} << 30U;
#else
constexpr long memory_limit_kib = 1L << 20U;
constexpr std::size_t big_output = std::size_t{64} << 20U;
#endif

bool is_output(const Event& event) {
  return std::holds_alternative<Output>(event.body);
}

// What another user has prepared, to read the events or to have others written elsewhere, is refused.
TEST(Faults, AFolderForTheStateThatOthersMadeIsRefused) {
  const auto fault_of = [](const TestRun& test) {
    AgentProgram agent(test.command_line());
    agent.send(StartRun{test.job});
    std::string message;
    while (message.empty()) {
      const auto event = agent.next();
      if (!event) break;
      if (const auto* const fault = std::get_if<AgentFault>(&event->body)) message = fault->message;
    }
    agent.send(Release{});
    agent.wait();
    return message;
  };
  constexpr uid_t nobody = 65534;
  for (const std::string kind : {"foreign", "link", "writable", "file"}) {
    SCOPED_TRACE(kind);
    TestRun test;
    test.steps(TestRun::bash_step("Run", "touch ran"));
    const auto state = test.folder / "state";
    std::filesystem::create_directory(test.folder / "other");
    if (kind == "link") std::filesystem::create_directory_symlink("other", state);
    if (kind == "file") std::ofstream(state) << "file";
    if (kind == "foreign" || kind == "writable") std::filesystem::create_directory(state);
    if (kind == "foreign") {
      ASSERT_EQ(::chown(state.c_str(), nobody, nobody), 0);
    }
    if (kind == "writable") std::filesystem::permissions(state, std::filesystem::perms::all);
    const std::string message = fault_of(test);
    EXPECT_THAT(message, HasSubstr(kind == "foreign"    ? "belongs to another user"
                                   : kind == "writable" ? "may be written to by other users"
                                                        : "is no folder"));
    EXPECT_TRUE(std::filesystem::is_empty(test.folder / "other"));
    EXPECT_FALSE(std::filesystem::exists(test.folder / "work/ran"));
  }
}

TEST(Faults, TheRunGoesOnWhenTheRunnerIsGone) {
  TestRun test;
  test.steps(TestRun::bash_step("First", "echo started; until [ -e go ]; do sleep 0.01; done\nseq 100000") +
             TestRun::bash_step("Second", "echo done > finished"));
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  agent.read_until(is_output);
  agent.close_input();
  agent.close_output();
  std::ofstream(std::filesystem::path(test.job.working_directory) / "go") << "on";
  EXPECT_EQ(agent.wait(), 0);
  EXPECT_EQ(read_file(std::filesystem::path(test.job.working_directory) / "finished"), "done\n");
  EXPECT_EQ(test.results()["status"], "success");
  EXPECT_THAT(test.console(), HasSubstr("Stdout: 100000\n"));
  EXPECT_FALSE(std::filesystem::exists(test.folder / "state"));
}

TEST(Faults, ASlowRunnerHoldsUpNoStep) {
  TestRun test;
  test.steps(TestRun::bash_step(
      "Much", "yes 'a line of output, as a build may well print it' | head -c 30000000; echo ended > ended"));
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  // Nothing is read until the step has ended.
  EXPECT_EQ(wait_for_file(std::filesystem::path(test.job.working_directory) / "ended"), "ended\n");
  const auto events = agent.read_run();
  EXPECT_EQ(output_of(events).size(), 30'000'000U);
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_LT(agent.peak_memory_kib(), memory_limit_kib);
  agent.send(Release{});
  EXPECT_EQ(agent.wait(), 0);
}

TEST(Faults, AStopEndsTheStepAndTheRun) {
  TestRun test;
  test.steps(TestRun::bash_step("Long", "setsid sleep 600 & echo $! > child; echo started; sleep 600") +
             TestRun::bash_step("Never", "true"));
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  agent.read_until(is_output);
  agent.send(StopRun{});
  const auto events = agent.read_run();
  EXPECT_EQ(end_of(events).status, Status::interrupted);
  EXPECT_EQ(all_of_type<StepFinished>(events).front().status, Status::interrupted);
  EXPECT_THAT(all_of_type<StepStarted>(events), IsEmpty());
  const pid_t child =
      static_cast<pid_t>(std::atoi(read_file(std::filesystem::path(test.job.working_directory) / "child").c_str()));
  ASSERT_GT(child, 0);
  EXPECT_FALSE(is_alive(child));
  EXPECT_EQ(test.results()["status"], "interrupted");
  agent.send(Release{.remove_log_directory = true});
  EXPECT_EQ(agent.wait(), 0);
  EXPECT_TRUE(test.log_folder().empty());
}

TEST(Faults, ATerminatedAgentStopsTheRunAndEnds) {
  TestRun test;
  test.steps(TestRun::bash_step("Long", "echo $$ > child; echo started; sleep 600"));
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  agent.read_until(is_output);
  ::kill(agent.pid(), SIGTERM);
  const RunFinished end = end_of(agent.read_run());
  EXPECT_EQ(end.status, Status::interrupted);
  EXPECT_EQ(end.failure_message, "the agent was told to end by a signal, as when its machine shuts down");
  EXPECT_EQ(agent.wait(), 0);
  EXPECT_FALSE(is_alive(
      static_cast<pid_t>(std::atoi(read_file(std::filesystem::path(test.job.working_directory) / "child").c_str()))));
}

TEST(Faults, AKilledAgentLeavesUsableResults) {
  TestRun test;
  test.steps(TestRun::bash_step("Done", "echo result") +
             TestRun::bash_step("Running", "echo $$ > child; echo so far; sleep 600"));
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  const std::string child = wait_for_file(std::filesystem::path(test.job.working_directory) / "child");
  // The results follow the state about once a second, also while a step runs.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  nlohmann::ordered_json steps;
  while (steps.size() < 2 && std::chrono::steady_clock::now() < end) {
    steps = test.results()["documents"][0]["phases"][0]["steps"];
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  while (test.console().find("Stdout: so far") == std::string::npos && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ::kill(agent.pid(), SIGKILL);
  EXPECT_EQ(agent.wait(), -SIGKILL);
  EXPECT_THAT(test.console(), HasSubstr("Stdout: so far\n"));
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0]["status"], "success");
  EXPECT_EQ(steps[1]["status"], "interrupted");
  ::kill(static_cast<pid_t>(std::atoi(child.c_str())), SIGKILL);
}

TEST(Faults, DaemonsOfEarlierStepsSurviveATimeout) {
  TestRun test;
  test.steps(TestRun::bash_step("Start", "setsid sleep 600 >/dev/null 2>&1 & echo $! > daemon") +
             TestRun::bash_step("Slow", "setsid sleep 600 & echo $! > child\nsleep 600", "timeoutSeconds: 1"));
  const auto events = test.run();
  EXPECT_EQ(end_of(events).status, Status::failed);
  const auto pid_in = [&test](const char* name) {
    return static_cast<pid_t>(std::atoi(read_file(std::filesystem::path(test.job.working_directory) / name).c_str()));
  };
  EXPECT_TRUE(is_alive(pid_in("daemon"))) << "it also outlives the agent";
  EXPECT_FALSE(is_alive(pid_in("child")));
  ::kill(pid_in("daemon"), SIGKILL);
}

TEST(Faults, OutputThatIsNotUtf8IsReplacedOnTheWireAndKeptInTheLog_OUT_11) {
  TestRun test;
  test.steps(TestRun::bash_step("Bytes", R"(printf 'a\xff\xc3'; sleep 0.1; printf '\xa9\n')"));
  const auto events = test.run();
  EXPECT_EQ(output_of(events), "a\xEF\xBF\xBD\xC3\xA9\n");
  EXPECT_THAT(test.console(), HasSubstr("Stdout: a\xff\xC3\xA9\n"));
  EXPECT_EQ(test.results()["documents"][0]["phases"][0]["steps"][0]["outputs"],
            "[{\"stdout\":\"a\xEF\xBF\xBD\xC3\xA9\"}]");
}

TEST(Faults, AFullDiskIsSaidOnceAndTheRunGoesOn) {
  // A file system of 1 MiB, in a mount namespace of its own that ends with the agent.
  TestRun test;
  std::filesystem::create_directories(test.folder / "small");
  const std::string small = (test.folder / "small").string();
  test.job.log_directory = small + "/logs";
  test.steps(TestRun::bash_step("Much", "head -c 3000000 /dev/zero | tr '\\0' '\\n'") +
             TestRun::bash_step("After", "echo still here"));
  AgentProgram agent({"unshare", "-m", "sh", "-c",
                      "mount -t tmpfs -o size=1m none '" + small + "' && exec '" + agent_path() +
                          "' serve --state-directory '" + small + "/state'"});
  agent.send(StartRun{test.job});
  const auto events = agent.read_run();
  EXPECT_EQ(end_of(events).status, Status::success);
  const std::string output = output_of(events);
  EXPECT_EQ(output.size(), 3'000'000U + std::string_view("still here\n").size());
  EXPECT_TRUE(output.ends_with("still here\n"));
  std::vector<std::string> warnings;
  for (const LogLine& line : all_of_type<LogLine>(events)) {
    if (line.level == LogLevel::warning) warnings.push_back(line.text);
  }
  EXPECT_THAT(warnings, ElementsAre(testing::AllOf(HasSubstr(small), HasSubstr("No space left on device"))));
  agent.send(Release{});
  EXPECT_EQ(agent.wait(), 0);
}

TEST(Faults, NoLogFolderIsAFaultOfTheAgent) {
  TestRun test;
  std::ofstream(test.folder / "file") << "in the way";
  test.job.log_directory = (test.folder / "file").string();
  test.steps(TestRun::bash_step("Never", "true"));
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  const auto faults = all_of_type<AgentFault>(agent.read_run());
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_THAT(faults.front().message, HasSubstr(test.job.log_directory));
  agent.send(Release{});
  EXPECT_EQ(agent.wait(), 0);
}

TEST(Faults, AnUnreadableCommandIsAFaultOfTheAgent) {
  AgentProgram agent({"sh", "-c", "(echo nonsense; cat) | exec '" + agent_path() + "' serve"});
  const auto faults = all_of_type<AgentFault>(agent.read_run());
  ASSERT_EQ(faults.size(), 1U);
  agent.close_input();
  EXPECT_EQ(agent.wait(), 0);
}

// Issue: bounded memory whatever a step prints.
TEST(Faults, AGibibyteOfOutputStaysInBoundedMemory) {
  TestRun test;
  test.steps(TestRun::bash_step(
      "Huge", "yes 'a line of output, as a build may well print it' | head -c " + std::to_string(big_output)));
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  std::size_t received = 0;
  Status status = Status::failed;
  const auto start = std::chrono::steady_clock::now();
  while (const auto event = agent.next()) {
    if (const auto* const output = std::get_if<Output>(&event->body)) received += output->bytes.size();
    if (const auto* const end = std::get_if<RunFinished>(&event->body)) {
      status = end->status;
      break;
    }
  }
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(status, Status::success);
  EXPECT_EQ(received, big_output);
  EXPECT_LT(agent.peak_memory_kib(), memory_limit_kib);
  RecordProperty("peak_memory_kib", static_cast<int>(agent.peak_memory_kib()));
  RecordProperty("mib_per_second", static_cast<int>(static_cast<double>(big_output >> 20U) / duration.count()));
  std::printf("%zu MiB in %.1f s, peak memory %ld KiB\n", big_output >> 20U, duration.count(), agent.peak_memory_kib());
  agent.send(Release{});
  EXPECT_EQ(agent.wait(), 0);
}

}  // namespace
}  // namespace ibtest::test
