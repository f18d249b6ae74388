#include "agent/journal/run_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/journal/result_files.hpp"
#include "agent/protocol/fault.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

TEST(Combine, AnyFailureThenAnyIgnoredFailureThenSuccess_STEP_10) {
  using enum Status;
  EXPECT_EQ(combine(success, success), success);
  EXPECT_EQ(combine(success, skipped), success);
  EXPECT_EQ(combine(skipped, skipped), success);
  EXPECT_EQ(combine(success, ignored_failure), success_with_ignored_failure);
  EXPECT_EQ(combine(success_with_ignored_failure, success), success_with_ignored_failure);
  EXPECT_EQ(combine(ignored_failure, failed), failed);
  EXPECT_EQ(combine(failed, ignored_failure), failed);
  EXPECT_EQ(combine(failed, success), failed);
  EXPECT_EQ(combine(failed, interrupted), interrupted);
  EXPECT_EQ(combine(interrupted, success), interrupted);
}

RunRecord sample_record() {
  StepRecord step;
  step.name = "S";
  step.action = "CreateFile";
  step.status = Status::ignored_failure;
  step.failure_message = "no";
  step.timeout_seconds = -1;
  step.on_failure = "Ignore";
  step.max_attempts = 3;
  step.start_time_ns = 1;
  step.end_time_ns = 2;
  step.inputs = nlohmann::ordered_json::parse(R"([{"path":"/x","content":"","a":[1,true,null]}])");
  step.outputs = nlohmann::ordered_json::parse(R"([{"stdout":"v"}])");
  step.masked = true;
  step.loop = nlohmann::ordered_json::parse(R"({"name":"","for":{"start":1,"end":3,"updateBy":1}})");
  PhaseRecord phase;
  phase.name = "build";
  phase.selected = false;
  phase.started = true;
  phase.steps = {step, StepRecord{}};
  DocumentRecord document;
  document.name = "D";
  document.description = "d";
  document.path = "./d.yml";
  document.started = true;
  document.phases = {phase};
  RunRecord record;
  record.execution_id = "id";
  record.status = Status::failed;
  record.failure_message = "Document ./d.yml failed!";
  record.documents = {document};
  return record;
}

TEST(RunRecord, IsSavedAndReadWithoutLoss_RESUME_8) {
  const nlohmann::json saved = sample_record();
  const auto read = nlohmann::json::parse(saved.dump()).get<RunRecord>();
  EXPECT_EQ(nlohmann::json(read), saved);
  const auto& step = read.documents.at(0).phases.at(0).steps.at(0);
  EXPECT_EQ(step.inputs.dump(), R"([{"path":"/x","content":"","a":[1,true,null]}])");
  EXPECT_EQ(step.status, Status::ignored_failure);
  EXPECT_EQ(step.timeout_seconds, -1);
  EXPECT_TRUE(step.masked);
  EXPECT_FALSE(read.documents.at(0).phases.at(0).selected);
}

TEST(RunRecord, DamagedStatesAreFaults) {
  for (const auto* text : {"null", "{}", R"({"status":"great"})", "[1]"}) {
    EXPECT_THROW((void)nlohmann::json::parse(text).get<RunRecord>(), Fault) << text;
  }
  nlohmann::json saved = sample_record();
  saved["documents"][0]["phases"][0]["steps"][0]["inputs"] = "[";
  EXPECT_THROW((void)saved.get<RunRecord>(), Fault);
}

TEST(MaskOf, TakesTheOutputsOfMaskedStepsOnly_D_19) {
  auto record = sample_record();
  record.documents[0].phases[0].steps[0].outputs[0]["stdout"] = "hidden";
  record.documents[0].phases[0].steps[1].outputs = nlohmann::ordered_json::parse(R"([{"stdout":"shown"}])");
  EXPECT_EQ(mask_of(record).apply("hidden shown"), "*** shown");
}

TEST(ResultFiles, HoldTheLoop_LOG_18) {
  const TemporaryFolder temporary;
  ASSERT_EQ(write_result_files(temporary.path(), sample_record()), "");
  const auto text = read_file(temporary.path() / "detailedoutput.json");
  const auto json = nlohmann::ordered_json::parse(text);
  EXPECT_EQ(json["documents"][0]["phases"][0]["steps"][0]["loop"]["for"]["end"], 3);
  EXPECT_THAT(text, testing::HasSubstr("\"loop\": {\n                                \"name\": \"\","));
}

TEST(ResultFiles, ReplaceInvalidUtf8_OUT_11) {
  auto record = sample_record();
  record.documents[0].phases[0].steps[0].masked = false;
  record.documents[0].phases[0].steps[0].outputs[0]["stdout"] = "a\xff<";
  const TemporaryFolder temporary;
  ASSERT_EQ(write_result_files(temporary.path(), record), "");
  const auto json = nlohmann::json::parse(read_file(temporary.path() / "chaining.json"));
  const std::string outputs = json[0]["phases"][0]["steps"][0]["outputs"];
  EXPECT_EQ(outputs, R"([{"stdout":"a\ufffd\u003c"}])");
  EXPECT_EQ(nlohmann::json::parse(outputs)[0]["stdout"], "a\uFFFD<");
}

TEST(ResultFiles, CallARunWithIgnoredFailuresASuccess_EXEC_1) {
  auto record = sample_record();
  record.status = Status::success_with_ignored_failure;
  record.documents[0].status = Status::success_with_ignored_failure;
  const TemporaryFolder temporary;
  ASSERT_EQ(write_result_files(temporary.path(), record), "");
  const auto json = nlohmann::json::parse(read_file(temporary.path() / "detailedoutput.json"));
  EXPECT_EQ(json["status"], "success");
  EXPECT_EQ(json["documents"][0]["status"], "successWithIgnoredFailure");
}

TEST(ResultFiles, SayWhatCouldNotBeWritten) {
  EXPECT_EQ(write_result_files("/proc/nowhere", sample_record()),
            "writing detailedoutput.json.new: No such file or directory");
}

}  // namespace
}  // namespace ibtest
