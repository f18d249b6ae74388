#include "runner/cli/stage_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A document with one step in each of these phases.
Document document(const std::vector<std::string>& phases) {
  Document document;
  for (const std::string& name : phases) {
    Phase phase;
    phase.name.value = name;
    phase.steps.emplace_back();
    document.phases.push_back(std::move(phase));
  }
  return document;
}

std::vector<std::string> stage_names(const std::vector<PlannedStage>& stages) {
  std::vector<std::string> names;
  for (const PlannedStage& stage : stages)
    names.push_back(stage.name);
  return names;
}

TEST(PlanStages, BuildAndValidateThenTest_Service12) {
  const Document all = document({"validate", "build", "test", "container-host-test", "extra"});
  const auto stages = plan_stages({&all}, std::nullopt, true);
  ASSERT_EQ(stages.size(), 2U);
  EXPECT_EQ(stages[0].name, "build");
  EXPECT_THAT(stages[0].phases, ElementsAre("build", "validate"));
  EXPECT_EQ(stages[0].step_count, 2U);
  EXPECT_EQ(stages[1].name, "test");
  EXPECT_THAT(stages[1].phases, ElementsAre("test"));
  EXPECT_EQ(stages[1].step_count, 1U);
}

TEST(PlanStages, AStageThatNoDocumentTakesPartInIsLeftOut) {
  const Document build = document({"build"});
  const Document test = document({"test"});
  EXPECT_THAT(stage_names(plan_stages({&build}, std::nullopt, true)), ElementsAre("build"));
  EXPECT_THAT(stage_names(plan_stages({&test}, std::nullopt, true)), ElementsAre("test"));
  EXPECT_THAT(stage_names(plan_stages({&build, &test}, std::nullopt, true)), ElementsAre("build", "test"));
}

TEST(PlanStages, InlineRunsAllPhasesInOneMachine) {
  const Document all = document({"build", "test", "extra"});
  const auto stages = plan_stages({&all}, std::nullopt, false);
  ASSERT_EQ(stages.size(), 1U);
  EXPECT_EQ(stages[0].name, "");
  EXPECT_THAT(stages[0].phases, IsEmpty());
  EXPECT_EQ(stages[0].step_count, 3U);
}

TEST(PlanStages, TheFilterSelectsAcrossStages_DOC8) {
  const Document all = document({"build", "validate", "test"});
  const auto stages = plan_stages({&all}, {{"test", "validate"}}, true);
  ASSERT_EQ(stages.size(), 2U);
  EXPECT_THAT(stages[0].phases, ElementsAre("validate"));
  EXPECT_THAT(stages[1].phases, ElementsAre("test"));
  EXPECT_THAT(stage_names(plan_stages({&all}, {{"test"}}, true)), ElementsAre("test"));
}

TEST(PlanStages, NothingWhenNoPhaseMatches_D21) {
  const Document all = document({"build"});
  EXPECT_THAT(plan_stages({&all}, {{"tset"}}, true), IsEmpty());
  EXPECT_THAT(plan_stages({&all}, {{"tset"}}, false), IsEmpty());
  const Document extra = document({"extra"});
  EXPECT_THAT(plan_stages({&extra}, std::nullopt, true), IsEmpty());
}

TEST(UnknownPhases, AreNamedWithTheNearest_D21) {
  const Document all = document({"build", "validate"});
  EXPECT_THAT(unknown_phase_warnings({&all}, {"build", "valdiate"}),
              ElementsAre("--phases: no document has a phase valdiate; did you mean `validate`?"));
  EXPECT_THAT(unknown_phase_warnings({&all}, {"zzz"}), ElementsAre(HasSubstr("there are: build, validate")));
}

}  // namespace
}  // namespace ibtest
