#include "runner/cli/step_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibtest {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

const EnvironmentFacts facts{"3699d6f5-dc33-11ec-9989-00224820200b", "docker:ubuntu-24.04", "/tmp"};

TEST(StepEnvironment, IsThatOfTheSystemsManagerAgent_GOTCHA5) {
  const auto environment = step_environment(facts);
  EXPECT_THAT(environment, Contains(Pair("LANG", "en_US.UTF-8")));
  EXPECT_THAT(environment, Contains(Pair("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin")));
  for (const char* name : {"AWS_SSM_INSTANCE_ID", "AWS_SSM_PLATFORM_NAME", "AWS_SSM_PLATFORM_VERSION",
                           "AWS_SSM_REGION_NAME", "SSM_COMMAND_ID", "INVOCATION_ID", "JOURNAL_STREAM", "SHLVL", "PWD"})
    EXPECT_THAT(environment, Contains(Key(name)));
  for (const char* name : {"HOME", "USER", "LOGNAME", "TERM"})
    EXPECT_THAT(environment, Not(Contains(Key(name))));
}

TEST(StepEnvironment, HasTheVariablesOfImageBuilder_GEN13_VAR24) {
  const auto environment = step_environment(facts);
  for (const char* name : {"IMAGE_WORKFLOW_EXECUTION_ID", "IMAGE_STEP_EXECUTION_ID", "IMAGE_BUILD_VERSION_ARN",
                           "IMAGE_PIPELINE_ARN", "IMAGE_VERSION", "IMAGE_BUILD_VERSION"})
    EXPECT_THAT(environment, Contains(Key(name)));
  EXPECT_THAT(environment, Contains(Pair("WORKING_DIRECTORY", "/tmp")));
}

TEST(StepEnvironment, LeavesThePhaseToTheAgent_D15) {
  EXPECT_THAT(step_environment(facts), Not(Contains(Key("IMAGE_PHASE"))));
}

TEST(StepEnvironment, NamesThePlatformOfTheKnownImages) {
  EXPECT_THAT(step_environment(facts), Contains(Pair("AWS_SSM_PLATFORM_NAME", "Ubuntu")));
  EXPECT_THAT(step_environment(facts), Contains(Pair("AWS_SSM_PLATFORM_VERSION", "24.04")));
  EXPECT_THAT(step_environment({"x", "docker:alpine:3", "/tmp"}), Contains(Pair("AWS_SSM_PLATFORM_NAME", "Linux")));
}

}  // namespace
}  // namespace ibtest
