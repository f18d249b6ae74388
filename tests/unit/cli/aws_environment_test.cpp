#include "runner/cli/aws_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(AwsEnvironment, IsTheCredentialsAndTheRegionAndNothingElse_EMU_11) {
  const auto passed = aws_environment({{"AWS_ACCESS_KEY_ID", "AKIA"},
                                       {"AWS_SECRET_ACCESS_KEY", "secret"},
                                       {"AWS_SESSION_TOKEN", "token"},
                                       {"AWS_REGION", "eu-west-1"},
                                       {"AWS_DEFAULT_REGION", ""},
                                       {"AWS_PROFILE", "work"},
                                       {"HOME", "/root"}});
  EXPECT_THAT(passed, ElementsAre(Pair("AWS_ACCESS_KEY_ID", "AKIA"), Pair("AWS_REGION", "eu-west-1"),
                                  Pair("AWS_SECRET_ACCESS_KEY", "secret"), Pair("AWS_SESSION_TOKEN", "token")));
  EXPECT_THAT(secrets_of(passed), ElementsAre("secret", "token"));
  EXPECT_TRUE(secrets_of({}).empty());
}

TEST(AwsEnvironment, IsRefusedWithoutCredentials_EMU_11) {
  for (const EnvironmentVariables& environment :
       {EnvironmentVariables{}, EnvironmentVariables{{"AWS_ACCESS_KEY_ID", "AKIA"}, {"AWS_SECRET_ACCESS_KEY", ""}}}) {
    try {
      static_cast<void>(aws_environment(environment));
      FAIL() << "nothing was thrown";
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
      EXPECT_THAT(fault.message(), HasSubstr("--pass-aws-env: AWS_"));
      EXPECT_THAT(fault.remedy(), HasSubstr("aws configure export-credentials"));
    }
  }
}

}  // namespace
}  // namespace ibtest
