// The position of a run is a value: saved at any point and loaded again, the run ends as if nothing had happened.
#include "agent/engine/execution.hpp"

#include <gmock/gmock.h>

#include "agent/protocol/fault.hpp"
#include "tests/unit/engine/agent_fixture.hpp"

namespace ibtest::test {
namespace {

using testing::HasSubstr;

constexpr const char* document = R"(
name: Resumable
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: First
        action: ExecuteBash
        inputs:
          commands: [echo first, echo first >> trace]
      - name: Flaky
        action: ExecuteBash
        maxAttempts: 3
        inputs:
          commands: [echo flaky >> trace, '[ $(grep -c flaky trace) -ge 3 ]']
      - name: Hidden
        action: ExecuteBash
        disableLogging: true
        onFailure: Ignore
        inputs:
          commands: [echo hidden-value, exit 7]
  - name: empty
    steps: []
  - name: validate
    steps:
      - name: Chained
        action: ExecuteBash
        inputs:
          commands: ["echo {{ build.First.outputs.stdout }} >> trace", "echo hidden-value"]
)";

class ExecutionTest : public testing::Test {
 protected:
  Job job_in(const std::string& name, const nlohmann::json& resume = nullptr) {
    Job job;
    job.execution_id = "3699d6f5-dc33-11ec-9989-00224820200b";
    for (const char* path : {"one.yml", "two.yml"})
      job.documents.push_back({path, document, {}});
    job.log_directory = (folder / name / "logs").string();
    job.working_directory = (folder / name / "work").string();
    job.environment = {{"PATH", "/usr/bin:/bin"}};
    job.resume = resume;
    return job;
  }
  /// What of a record does not depend on the clock.
  static std::string summary(const ExecutionState& state) {
    std::string text = std::to_string(state.levels.front().counts.executed) + " " +
                       std::to_string(state.levels.front().counts.failed) + " " +
                       std::to_string(state.levels.front().counts.ignored_failed) + " " +
                       std::string(status_word(state.record.status)) + "\n";
    for (const DocumentRecord& one : state.record.documents) {
      text += one.path + " " + std::string(status_word(one.status)) + "\n";
      for (const PhaseRecord& phase : one.phases) {
        text += " " + phase.name + " " + std::string(status_word(phase.status)) + "\n";
        for (const StepRecord& step : phase.steps) {
          text += "  " + step.name + " " + std::string(status_word(step.status)) + " " + step.failure_message + " " +
                  step.outputs.dump() + "\n";
        }
      }
    }
    return text;
  }

  TemporaryFolder folder;
};

TEST_F(ExecutionTest, GoesOnFromEveryPosition) {
  Agent whole;
  Execution reference(job_in("whole"), whole.parts);
  std::vector<Position> positions;
  while (reference.has_next()) {
    positions.push_back(*reference.state().levels.front().next);
    reference.execute_next();
  }
  reference.finish();
  EXPECT_TRUE(std::ranges::is_sorted(positions)) << "a run never goes back";
  ASSERT_EQ(positions.size(), 7U + 5U) << "five positions for each document, and two more attempts of Flaky";
  const std::string trace = read_file(folder / "whole" / "work" / "trace");

  for (std::size_t stop = 0; stop <= positions.size(); ++stop) {
    SCOPED_TRACE("stopped after " + std::to_string(stop) + " positions");
    const std::string name = "run" + std::to_string(stop);
    nlohmann::json saved;
    {
      Agent agent;
      Execution execution(job_in(name), agent.parts);
      for (std::size_t done = 0; done < stop; ++done)
        execution.execute_next();
      saved = execution.state();
    }
    EXPECT_EQ(nlohmann::json(saved.get<ExecutionState>()), saved) << "saving loses nothing";
    Agent agent;
    Execution execution(job_in(name, nlohmann::json::parse(saved.dump())), agent.parts);
    execution.run();
    EXPECT_EQ(summary(execution.state()), summary(reference.state()));
    EXPECT_EQ(read_file(folder / name / "work" / "trace"), trace);
    const std::string console = read_file(execution.log_folder() / "console.log");
    EXPECT_THAT(console, testing::Not(HasSubstr("hidden-value"))) << "masked after a resume too (D-19)";
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / name / "logs"), {}), 1);
  }
}

TEST_F(ExecutionTest, RefusesAStateOfOtherDocuments) {
  Agent agent;
  nlohmann::json saved;
  {
    Execution execution(job_in("run"), agent.parts);
    saved = execution.state();
  }
  Job fewer = job_in("run", saved);
  fewer.documents.pop_back();
  EXPECT_THROW(Execution(fewer, agent.parts), Fault);
  nlohmann::json elsewhere = saved;
  elsewhere["levels"][0]["next"]["step"] = 99;
  EXPECT_THROW(Execution(job_in("run", elsewhere), agent.parts), Fault);
  EXPECT_THROW(Execution(job_in("run", nlohmann::json::object()), agent.parts), Fault);
}

TEST_F(ExecutionTest, StartsAtAPosition) {
  // Skipping, repeating and starting in the middle are nothing but another position.
  Agent agent;
  nlohmann::json saved;
  {
    Execution execution(job_in("run"), agent.parts);
    saved = execution.state();
  }
  saved["levels"][0]["next"] = Position{.document = 1, .phase = 0, .step = 2};
  Execution execution(job_in("run", saved), agent.parts);
  execution.execute_next();
  EXPECT_EQ(execution.state().levels.front().counts.executed, 1U);
  EXPECT_EQ(execution.state().levels.front().next, (Position{.document = 1, .phase = 1}));
}

}  // namespace
}  // namespace ibtest::test
