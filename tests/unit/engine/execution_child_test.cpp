// ExecuteDocument: the steps of child documents are steps of the run, and where they stand is part of its state.
#include <gmock/gmock.h>

#include "agent/protocol/fault.hpp"
#include "tests/unit/engine/agent_fixture.hpp"

namespace ibtest::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

std::string one_phase(const std::string& steps) {
  return "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" + steps;
}

std::string bash(const std::string& name, const std::string& script, const std::string& settings = {}) {
  return "      - name: " + name + "\n        action: ExecuteBash\n" + settings +
         "        inputs:\n          commands:\n" + "            - |\n              " + script + "\n";
}

std::string call(const std::string& name, const std::string& document, const std::string& more = {},
                 const std::string& settings = {}) {
  return "      - name: " + name + "\n        action: ExecuteDocument\n" + settings +
         "        inputs:\n          document: " + document + "\n" + more;
}

class ChildTest : public testing::Test {
 protected:
  Job job_of(const std::string& outer, const std::string& name = "run", const nlohmann::json& resume = nullptr) {
    Job job;
    job.execution_id = "3699d6f5-dc33-11ec-9989-00224820200b";
    job.documents.push_back({"outer.yml", outer, {}, "/project/outer.yml"});
    job.log_directory = (folder / name / "logs").string();
    job.working_directory = (folder / name / "work").string();
    job.environment = {{"PATH", "/usr/bin:/bin"}};
    job.can_reboot = true;
    job.resume = resume;
    return job;
  }
  /// Executes to the end; the results stay in the members.
  void run(const std::string& outer) {
    Agent agent(children);
    Execution execution(job_of(outer), agent.parts);
    execution.run();
    state = execution.state();
    results = Json::parse(read_file(execution.log_folder() / "detailedoutput.json"));
    console = read_file(execution.log_folder() / "console.log");
    chaining = Json::parse(read_file(execution.log_folder() / "chaining.json"));
    trace = read_file(folder / "run" / "work" / "trace");
  }
  [[nodiscard]] const StepRecord& step(std::size_t index) const {
    return state.record.documents.front().phases.front().steps.at(index);
  }
  [[nodiscard]] const Json& outputs(std::size_t index) const { return step(index).outputs.front(); }

  TemporaryFolder folder;
  std::map<std::string, std::string> children;
  ExecutionState state;
  Json results;
  Json chaining;
  std::string console;
  std::string trace;
};

TEST_F(ChildTest, RunsTheStepsOfTheDocumentAndReportsThemInItsStep_LOG17_EXECUTEDOCUMENT8_EXECUTEDOCUMENT10) {
  children["lib.yml"] = one_phase(bash("Inner", "echo inner >> trace"));
  run(one_phase(call("RunLib", "lib.yml") + bash("After", "echo '{{ build.RunLib.outputs.status }}' >> trace")));
  EXPECT_EQ(trace, "inner\nsuccess\n");
  const Json& outer = results["documents"][0]["phases"][0]["steps"][0];
  EXPECT_EQ(outer["timeoutSeconds"], -1);  // EXECUTEDOCUMENT-1
  EXPECT_EQ(outer["maxAttempts"], 1);
  EXPECT_EQ(outer["inputs"], R"([{"document":"lib.yml","document-s3-bucket-owner":"","phases":"","parameters":null}])");
  ASSERT_EQ(outer["detailedOutput"].size(), 1U);
  const Json& nested = outer["detailedOutput"][0];
  std::vector<std::string> keys;
  for (const auto& [key, value] : nested.items())
    keys.push_back(key);
  EXPECT_THAT(keys,
              testing::ElementsAre("executionId", "status", "startTime", "endTime", "failureMessage", "documents"));
  EXPECT_NE(nested["executionId"], results["executionId"]);
  EXPECT_EQ(nested["documents"][0]["filePath"], "lib.yml");
  EXPECT_EQ(nested["documents"][0]["phases"][0]["steps"][0]["name"], "Inner");
  // D-14: in the order of the alphabet, skippedStepCount before status
  EXPECT_EQ(
      outer["outputs"],
      R"([{"executedStepCount":1,"executionId":")" + nested["executionId"].get<std::string>() +
          R"(","failedStepCount":0,"failureMessage":"","ignoredFailedStepCount":0,"logUrl":"","skippedStepCount":0,)"
          R"("status":"success"}])");
  // EXEC-7: steps of children count in their own summary
  EXPECT_EQ(state.levels.front().counts.executed, 2U);
  // LOG-21: the same structure for children
  EXPECT_EQ(chaining[0]["phases"][0]["steps"][0]["documents"][0]["phases"][0]["steps"][0]["name"], "Inner");
  EXPECT_TRUE(chaining[0]["phases"][0]["steps"][1]["documents"].is_null());
  EXPECT_THAT(console, HasSubstr("Document lib.yml"));
  EXPECT_THAT(console, HasSubstr("ExecuteDocument: FINISHED EXECUTION"));
}

TEST_F(ChildTest, SelectsPhasesByName_EXECUTEDOCUMENT6) {
  children["lib.yml"] = R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: One, action: ExecuteBash, inputs: {commands: [echo build >> trace]}}
  - name: validate
    steps:
      - {name: Two, action: ExecuteBash, inputs: {commands: [echo validate >> trace]}}
  - name: test
    steps:
      - {name: Three, action: ExecuteBash, inputs: {commands: [echo test >> trace]}}
)";
  run(one_phase(call("All", "lib.yml") + bash("Mark", "echo -- >> trace") +
                call("Some", "lib.yml", "          phases: ' test , build '\n") + bash("Mark2", "echo -- >> trace") +
                call("None", "lib.yml", "          phases: tset\n")));
  EXPECT_EQ(trace, "build\nvalidate\ntest\n--\nbuild\ntest\n--\n") << "the order stays that of the document";
  EXPECT_EQ(step(4).status, Status::success) << "nothing selected is a success";
  EXPECT_EQ(outputs(4)["executedStepCount"], 0);
  EXPECT_THAT(console, HasSubstr("lib.yml has no phase `tset`"));
  EXPECT_THAT(console, HasSubstr("nothing of lib.yml is executed"));
}

TEST_F(ChildTest, ParametersAreAllThatIsSeenInside_EXECUTEDOCUMENT7_VAR18) {
  children["lib.yml"] = R"(schemaVersion: 1.0
parameters:
  - Text: {type: string, default: default text}
phases:
  - name: build
    steps:
      - {name: Say, action: ExecuteBash, inputs: {commands: ["echo '{{ Text }}' >> trace"]}}
)";
  children["spy.yml"] = one_phase(bash("Spy", "echo '{{ build.First.outputs.stdout }}'"));
  run(one_phase(bash("First", "echo first") + call("Default", "lib.yml") +
                call("Given", "lib.yml",
                     "          parameters:\n            - name: Text\n              value: '<{{ "
                     "build.First.outputs.stdout }}>'\n") +
                call("Spying", "spy.yml")));
  EXPECT_EQ(trace, "default text\n<first>\n");
  EXPECT_EQ(step(3).status, Status::failed);
  EXPECT_THAT(step(3).failure_message, HasSubstr("spy.yml")) << "the steps of the caller are not those of the child";
}

struct BadChild {
  std::string name;
  std::string text;  ///< of the child; empty: there is none
  std::string more;  ///< of the inputs
  std::string message;
};
class BadChildTest : public ChildTest, public testing::WithParamInterface<BadChild> {};

// EXECUTEDOCUMENT-4: the child is validated when the step runs.
TEST_P(BadChildTest, FailsTheStepAndSaysWhy) {
  if (!GetParam().text.empty()) children["lib.yml"] = GetParam().text;
  run(one_phase(bash("Before", "echo before >> trace") + call("Bad", "lib.yml", GetParam().more) +
                bash("After", "echo after >> trace")));
  EXPECT_EQ(trace, "before\n") << "what came before has run";
  EXPECT_EQ(step(1).status, Status::failed);
  EXPECT_THAT(step(1).failure_message, HasSubstr(GetParam().message));
  EXPECT_THAT(console, HasSubstr("ExecuteDocument: " + GetParam().message));
  EXPECT_EQ(state.record.failure_message, "Document outer.yml failed!");
}

const std::string needs_text = "schemaVersion: 1.0\nparameters:\n  - Text: {type: string, allowedValues: [a, b]}\n" +
                               one_phase(bash("Say", "echo {{ Text }}")).substr(19);
INSTANTIATE_TEST_SUITE_P(
    Cases, BadChildTest,
    testing::Values(BadChild{"NotThere", "", "", "there is no lib.yml here; in the target there is no "},
                    BadChild{"NoYaml", "phases: [", "", "lib.yml:1:"},
                    BadChild{"UnknownAction", one_phase("      - {name: One, action: ExecuteBsh}\n"), "",
                             "lib.yml:5:29: there is no action `ExecuteBsh`"},
                    // D-1
                    BadChild{"UndeclaredParameter", one_phase(bash("One", "true")),
                             "          parameters: [{name: Txt, value: x}]\n", "lib.yml declares no parameter `Txt`"},
                    BadChild{"MissingParameter", needs_text, "", "lib.yml needs a value for its parameter `Text`"},
                    BadChild{
                        "ParameterNotAllowed", needs_text, "          parameters: [{name: Text, value: c}]\n",
                        "lib.yml:3:5: the value `c` given for the parameter `Text` is none of its allowedValues: a, b"},
                    BadChild{"ParameterTwice", needs_text,
                             "          parameters: [{name: Text, value: a}, {name: Text, value: b}]\n",
                             "the parameter `Text` is given twice"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(ChildTest, AFailureInsideFailsTheStep_EXECUTEDOCUMENT8) {
  children["lib.yml"] = one_phase(bash("Good", "true") + bash("Wrong", "echo why >&2; exit 3") + bash("Never", "true"));
  run(one_phase(call("RunLib", "lib.yml") + bash("After", "echo after >> trace")));
  EXPECT_EQ(step(0).status, Status::failed);
  EXPECT_EQ(step(0).failure_message,
            "Document lib.yml failed! lib.yml:11, step Wrong (ExecuteBash) of phase build: exit status 3");
  EXPECT_EQ(outputs(0)["status"], "failed");
  EXPECT_EQ(outputs(0)["failureMessage"], "Document lib.yml failed!");
  EXPECT_EQ(outputs(0)["failedStepCount"], 1);
  EXPECT_EQ(outputs(0)["executedStepCount"], 2);
  // LOG-10: reported under the parent component
  EXPECT_THAT(console, HasSubstr("Document: outer.yml\n"));
  EXPECT_THAT(console, HasSubstr("Step: RunLib\n"));
  EXPECT_THAT(console, HasSubstr("Stderr: why\n"));
  EXPECT_THAT(console, Not(HasSubstr("Step: Wrong\n")));
  EXPECT_EQ(trace, "");
}

TEST_F(ChildTest, OnFailureOfTheStepDecides_STEP11) {
  children["lib.yml"] = one_phase(bash("Wrong", "exit 3"));
  run(one_phase(call("RunLib", "lib.yml", "", "        onFailure: Ignore\n") + bash("After", "echo after >> trace")));
  EXPECT_EQ(step(0).status, Status::ignored_failure);
  EXPECT_EQ(trace, "after\n");
  EXPECT_EQ(state.record.status, Status::success);
}

TEST_F(ChildTest, TheSameDocumentTwiceIsNoCycleAndLoopsKeepAllResults_EXECUTEDOCUMENT3_LOOP9) {
  children["lib.yml"] = one_phase(bash("Inner", "echo inner >> trace"));
  run(one_phase(call("Once", "lib.yml") +
                call("Looped", "lib.yml", "", "        loop:\n          for: {start: 1, end: 3, updateBy: 1}\n")));
  EXPECT_EQ(trace, "inner\ninner\ninner\ninner\n");
  EXPECT_EQ(step(1).child_runs.size(), 3U);
  EXPECT_EQ(outputs(1)["status"], "success\nsuccess\nsuccess");
}

TEST_F(ChildTest, CyclesFoundAtRunTimeEndTheRun_EXECUTEDOCUMENT3_STEP6_D6) {
  children["lib.yml"] = one_phase(bash("Name", "echo outer.yml") +
                                  call("Back", "'{{ build.Name.outputs.stdout }}'", "", "        onFailure: Ignore\n") +
                                  bash("Inside", "echo inside >> trace"));
  children["outer.yml"] = "never read";
  run(one_phase(call("RunLib", "lib.yml", "", "        onFailure: Continue\n") + bash("After", "echo after >> trace")));
  EXPECT_EQ(trace, "") << "the run stops, whatever onFailure says";
  EXPECT_EQ(step(0).status, Status::failed);
  EXPECT_THAT(step(0).failure_message,
              HasSubstr("a document must not execute itself: outer.yml -> lib.yml -> outer.yml"));
  EXPECT_EQ(state.record.status, Status::failed);
}

TEST_F(ChildTest, FourDocumentsDeepAndNoFifth_EXECUTEDOCUMENT2) {
  children["2.yml"] = one_phase(bash("Two", "echo 2 >> trace") + call("Call", "3.yml"));
  children["3.yml"] = one_phase(bash("Three", "echo 3 >> trace") + call("Call", "4.yml"));
  children["4.yml"] = one_phase(bash("Four", "echo 4 >> trace"));
  run(one_phase(call("Call", "2.yml")));
  EXPECT_EQ(trace, "2\n3\n4\n");
  EXPECT_EQ(step(0).status, Status::success);

  std::filesystem::remove_all(folder / "run");
  children["4.yml"] = one_phase(bash("Four", "echo 4 >> trace") + call("Call", "5.yml"));
  children["5.yml"] = one_phase(bash("Five", "echo 5 >> trace"));
  run(one_phase(call("Call", "2.yml", "", "        onFailure: Ignore\n") + bash("After", "echo after >> trace")));
  EXPECT_EQ(trace, "2\n3\n4\n");
  EXPECT_THAT(step(0).failure_message, HasSubstr("documents may be nested 3 levels deep, and this would be one more: "
                                                 "outer.yml -> 2.yml -> 3.yml -> 4.yml -> 5.yml"));
}

TEST_F(ChildTest, ReadsADocumentThatAStepHasMade_EXECUTEDOCUMENT11_D7) {
  const std::string made = (folder / "made").string();
  run(one_phase(
      bash("Make", "mkdir -p " + made + "/deeper; printf '" +
                       R"(schemaVersion: 1.0\nphases:\n- name: build\n  steps:\n)"
                       R"(  - {name: Next, action: ExecuteDocument, inputs: {document: deeper/next.yml}}\n')" +
                       " > " + made + "/made.yml; printf '" +
                       R"(schemaVersion: 1.0\nphases:\n- name: build\n  steps:\n)"
                       R"(  - {name: One, action: ExecuteBash, inputs: {commands: [echo made >> trace]}}\n')" +
                       " > " + made + "/deeper/next.yml") +
      call("Run", made + "/made.yml") + call("Folder", made)));
  EXPECT_EQ(trace, "made\n") << "the second one beside the first";
  EXPECT_THAT(step(2).failure_message, HasSubstr(made + " in the target is not a file"));
}

TEST_F(ChildTest, WhatTheStepHidesItsDocumentHides_STEP7) {
  children["lib.yml"] = one_phase(bash("Inner", "echo hidden-value"));
  run(one_phase(call("RunLib", "lib.yml", "", "        disableLogging: true\n") + bash("After", "echo hidden-value")));
  EXPECT_THAT(console, Not(HasSubstr("hidden-value")));
  EXPECT_THAT(results.dump(), Not(HasSubstr("hidden-value")));
}

TEST_F(ChildTest, GoesOnFromEveryPositionInside_EXECUTEDOCUMENT9) {
  children["lib.yml"] = R"(schemaVersion: 1.0
parameters:
  - Text: {type: string}
phases:
  - name: build
    steps:
      - name: Inner
        action: ExecuteBash
        loop: {forEach: [a, b]}
        inputs: {commands: ["echo {{ Text }} {{ loop.value }} >> trace"]}
      - {name: Deeper, action: ExecuteDocument, onFailure: Ignore, inputs: {document: deep.yml}}
  - name: validate
    steps:
      - {name: Last, action: ExecuteBash, inputs: {commands: ["echo last {{ build.Inner.outputs.stdout }} >> trace"]}}
)";
  children["deep.yml"] =
      one_phase(bash("Deepest", "echo deepest >> trace") + bash("Fails", "exit 1", "        onFailure: Continue\n"));
  const std::string outer =
      one_phase(call("RunLib", "lib.yml", "          parameters: [{name: Text, value: '{{ loop.value }}'}]\n",
                     "        onFailure: Continue\n        loop: {forEach: [one, two]}\n") +
                bash("After", "echo after >> trace"));
  std::size_t positions = 0;
  {
    Agent agent(children);
    Execution whole(job_of(outer, "whole"), agent.parts);
    for (; whole.has_next(); ++positions)
      whole.execute_next();
    whole.finish();
  }
  const std::string expected = read_file(folder / "whole" / "work" / "trace");
  EXPECT_EQ(positions, 2 * 7U + 1U) << "RunLib, Inner twice, Deeper, its two steps and Last, twice, and After";
  for (std::size_t stop = 0; stop <= positions; ++stop) {
    SCOPED_TRACE("stopped after " + std::to_string(stop) + " positions");
    const std::string name = "stopped" + std::to_string(stop);
    nlohmann::json saved;
    {
      Agent agent(children);
      Execution execution(job_of(outer, name), agent.parts);
      for (std::size_t done = 0; done < stop; ++done)
        execution.execute_next();
      saved = execution.state();
    }
    EXPECT_EQ(nlohmann::json(saved.get<ExecutionState>()), saved) << "saving loses nothing";
    Agent agent(children);
    Execution execution(job_of(outer, name, nlohmann::json::parse(saved.dump())), agent.parts);
    execution.run();
    EXPECT_EQ(read_file(folder / name / "work" / "trace"), expected);
    EXPECT_EQ(execution.state().record.documents[0].phases[0].steps[0].child_runs.size(), 2U);
    EXPECT_EQ(execution.state().levels.front().counts.executed, 2U);
  }
}

TEST_F(ChildTest, RefusesAStateOfOtherChildren) {
  children["lib.yml"] = one_phase(bash("Inner", "true") + bash("Second", "true"));
  const std::string outer = one_phase(call("RunLib", "lib.yml"));
  Agent agent(children);
  nlohmann::json saved;
  {
    Execution execution(job_of(outer), agent.parts);
    execution.execute_next();
    saved = execution.state();
  }
  ASSERT_EQ(saved["levels"].size(), 2U);
  nlohmann::json elsewhere = saved;
  elsewhere["levels"][1]["next"]["step"] = 99;
  EXPECT_THROW(Execution(job_of(outer, "run", elsewhere), agent.parts), Fault);
  nlohmann::json without = saved;
  without["children"].clear();
  EXPECT_THROW(Execution(job_of(outer, "run", without), agent.parts), Fault);
  nlohmann::json over = saved;
  over["levels"][0]["next"] = nullptr;
  EXPECT_THROW(Execution(job_of(outer, "run", over), agent.parts), Fault);
}

TEST_F(ChildTest, AStopEndsAllLevels) {
  children["lib.yml"] = one_phase(bash("Inner", "true") + bash("Second", "echo second >> trace"));
  Agent agent(children);
  Execution execution(job_of(one_phase(call("RunLib", "lib.yml") + bash("After", "true"))), agent.parts);
  execution.execute_next();  // RunLib begins
  execution.execute_next();  // Inner
  agent.control.request_stop();
  execution.run();
  const RunRecord& record = execution.state().record;
  EXPECT_EQ(record.status, Status::interrupted);
  const StepRecord& outer = record.documents[0].phases[0].steps[0];
  EXPECT_EQ(outer.status, Status::interrupted);
  EXPECT_EQ(outer.child_runs.at(0).status, Status::interrupted);
  EXPECT_FALSE(std::filesystem::exists(folder / "run" / "work" / "trace"));
}

}  // namespace
}  // namespace ibtest::test
