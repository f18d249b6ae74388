// Reboot and resume: section 6.2 of the language specification. Here the agent is started again, as the runner does
// after it has restarted the machine.
#include <fstream>

#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// All events of a run with its reboots.
std::vector<Event> run_with_reboots(TestRun& test, std::size_t& reboots) {
  test.job.can_reboot = true;
  std::vector<Event> all;
  reboots = 0;
  while (true) {
    AgentProgram agent(test.command_line());
    agent.send(StartRun{test.job});
    const auto events = agent.read_until([](const Event& event) {
      return std::holds_alternative<RunFinished>(event.body) || std::holds_alternative<AgentFault>(event.body) ||
             std::holds_alternative<RebootRequested>(event.body);
    });
    all.insert(all.end(), events.begin(), events.end());
    const auto* const reboot = std::get_if<RebootRequested>(&events.back().body);
    if (reboot != nullptr) test.job.resume = nlohmann::json::parse(reboot->state);
    agent.send(Release{});
    EXPECT_EQ(agent.wait(), 0);
    if (reboot == nullptr) return all;
    ++reboots;
  }
}

TEST(Reboots, ByExitCodeRepeatTheStepFromItsFirstCommand_RESUME1_RESUME2_RESUME8_REBOOT_7_EXECUTEBASH_6) {
  TestRun test;
  test.steps(TestRun::bash_step("Before", "echo one") +
             TestRun::bash_step("Again", "echo x >> count; [ $(wc -l < count) -ge 3 ] || exit 194; echo done") +
             TestRun::bash_step("After", "echo '{{ build.Before.outputs.stdout }}'"));
  std::size_t reboots = 0;
  const auto events = run_with_reboots(test, reboots);
  EXPECT_EQ(reboots, 2U);
  EXPECT_EQ(output_of(events), "one\ndone\none\n");  // RESUME-8: outputs stay chainable
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(end_of(events).counts.executed, 3U);
  const auto parts = all_of_type<RunStarted>(events);
  ASSERT_EQ(parts.size(), 3U);
  for (const RunStarted& part : parts) {
    EXPECT_EQ(part.execution_id, parts.front().execution_id);
    EXPECT_EQ(part.log_directory, parts.front().log_directory);
  }
  EXPECT_THAT(test.console(), HasSubstr("Getting reboot signal"));  // RESUME-9
  EXPECT_THAT(test.console(), HasSubstr("Rebooting the system now"));
  EXPECT_THAT(test.console(), HasSubstr("Recovery completed for detailed output.\nExecutor: System has rebooted "
                                        "successfully\nDocument component.yml\nPhase build\nStep Again"));
}

// The clock of the day may be set back while the machine boots.
TEST(Reboots, LeaveNoStepThatTookLessThanNoTime) {
  TestRun test;
  test.steps(TestRun::bash_step("Again", "[ -e again ] || { touch again; exit 194; }"));
  test.job.can_reboot = true;
  AgentProgram first(test.command_line());
  first.send(StartRun{test.job});
  const auto events =
      first.read_until([](const Event& event) { return std::holds_alternative<RebootRequested>(event.body); });
  std::string state = std::get<RebootRequested>(events.back().body).state;
  const std::string start = R"("start":1)";
  ASSERT_NE(state.find(start), std::string::npos) << state;
  for (std::size_t at = 0; (at = state.find(start, at)) != std::string::npos; ++at)
    state.replace(at, start.size(), R"("start":2)");  // some decades later
  test.job.resume = nlohmann::json::parse(state);
  first.send(Release{});
  EXPECT_EQ(first.wait(), 0);
  const auto finished = all_of_type<StepFinished>(test.run());
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished.front().duration_ms, 0);
}

TEST(Reboots, ByActionGoOnWithTheNextStep_RESUME3_REBOOT1_REBOOT10) {
  TestRun test;
  test.document(TestRun::one_phase("      - name: Restart\n        action: Reboot\n") +
                "  - name: validate\n    steps:\n" + TestRun::bash_step("Check", "echo checked") +
                "      - name: Last\n        action: Reboot\n");
  std::size_t reboots = 0;
  const auto events = run_with_reboots(test, reboots);
  EXPECT_EQ(reboots, 2U);
  EXPECT_EQ(output_of(events), "checked\n");
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(end_of(events).counts.executed, 3U);
}

TEST(Reboots, InLoopsGoOnWithTheNextIterationOrBeginTheLoopAnew_REBOOT9) {
  TestRun test;
  test.steps(
      "      - name: Restart\n        action: Reboot\n        loop: { for: { start: 1, end: 2, updateBy: 1 } }\n" +
      TestRun::bash_step(
          "Each",
          "echo {{ loop.value }} >> seen; [ {{ loop.value }} != b ] || [ -e once ] || { touch once; exit 194; }",
          "loop: { forEach: [a, b] }"));
  std::size_t reboots = 0;
  const auto events = run_with_reboots(test, reboots);
  EXPECT_EQ(reboots, 3U);
  EXPECT_EQ(read_file(std::filesystem::path(test.job.working_directory) / "seen"), "a\nb\na\nb\n");
  EXPECT_EQ(end_of(events).status, Status::success);
}

TEST(Reboots, KeepTheAttemptAndDoNotEvaluateTheConditionAgain_RESUME8_COND5_EXIT_8_D_11) {
  TestRun test;
  test.steps(TestRun::bash_step("Retry",
                                "echo x >> count; case $(wc -l < count) in 1) exit 1;; 2) touch made; exit 194;; esac",
                                "maxAttempts: 2\n        if: { fileExists: made, then: Skip, else: Execute }"));
  std::size_t reboots = 0;
  const auto events = run_with_reboots(test, reboots);
  EXPECT_EQ(reboots, 1U);
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_EQ(all_of_type<StepFinished>(events)[0].attempts, 2U);
}

TEST(Reboots, AreLimited_RESUME4_REBOOT4_EMU_REBOOT4_GOTCHA_17) {
  TestRun test;
  test.job.reboot_limit = 3;
  test.steps(TestRun::bash_step("Forever", "exit 194"));
  std::size_t reboots = 0;
  const auto events = run_with_reboots(test, reboots);
  EXPECT_EQ(reboots, 3U);
  EXPECT_EQ(all_of_type<StepFinished>(events)[0].failure_message,
            "reboot limit exceeded: the run has rebooted 3 times");
}

TEST(Reboots, FailTheStepWhereTheTargetCannot_RESUME10) {
  TestRun test;
  test.steps(TestRun::bash_step("Ask", "exit 194"));
  EXPECT_EQ(all_of_type<StepFinished>(test.run())[0].failure_message,
            "the step asked for a reboot, and this target cannot be rebooted");
}

TEST(Reboots, WaitAtMostAsLongAsAllowed_EMU_REBOOT6) {
  TestRun test;
  test.job.longest_reboot_delay = 0;
  test.steps("      - name: Restart\n        action: Reboot\n        inputs: { delaySeconds: 3600 }\n");
  std::size_t reboots = 0;
  const auto events = run_with_reboots(test, reboots);
  EXPECT_EQ(end_of(events).status, Status::success);
  EXPECT_THAT(test.console(), HasSubstr("Reboot: the delay of 3600 seconds was cut to 0"));
}

TEST(Reboots, EmptyTheFoldersThatDoNotOutliveThem_EMU_REBOOT3) {
  TestRun test;
  const auto folder = test.folder / "run";
  std::filesystem::create_directories(folder / "sub");
  std::ofstream(folder / "file") << "gone";
  test.job.emptied_on_reboot = {folder.string()};
  test.steps("      - name: Restart\n        action: Reboot\n" +
             TestRun::bash_step("Look", "ls -A " + folder.string()));
  std::size_t reboots = 0;
  EXPECT_EQ(output_of(run_with_reboots(test, reboots)), "");
}

TEST(Reboots, ResumeOnlyTheirOwnRun_REBOOT8) {
  TestRun test;
  test.steps("      - name: Restart\n        action: Reboot\n");
  test.job.can_reboot = true;
  AgentProgram agent(test.command_line());
  agent.send(StartRun{test.job});
  const auto events =
      agent.read_until([](const Event& event) { return std::holds_alternative<RebootRequested>(event.body); });
  agent.send(Release{});
  agent.wait();
  test.job.resume = nlohmann::json::parse(std::get<RebootRequested>(events.back().body).state);
  test.job.execution_id = "another-run";
  AgentProgram other(test.command_line());
  other.send(StartRun{test.job});
  EXPECT_THAT(all_of_type<AgentFault>(other.read_run())[0].message, HasSubstr("it belongs to other documents"));
}

}  // namespace
}  // namespace ibtest::test
