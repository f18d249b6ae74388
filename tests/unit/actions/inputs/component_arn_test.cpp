#include "actions/inputs/component_arn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

TEST(ComponentArn, HasItsParts_EXECUTEDOCUMENT_5) {
  const auto full = parse_component_arn("arn:aws:imagebuilder:eu-west-1:123456789012:component/web-app/1.20.3/4");
  EXPECT_EQ(full.name, "web-app");
  EXPECT_EQ(full.version_text, "1.20.3");
  EXPECT_EQ(full.build, "4");
  const auto owned = parse_component_arn("arn:aws-cn:imagebuilder:cn-north-1:aws:component/update_linux/x.x.x");
  EXPECT_EQ(owned.name, "update_linux");
  EXPECT_TRUE(owned.version.has_wildcard());
  EXPECT_EQ(owned.build, "");
}

struct WrongArn {
  std::string arn;
  std::string why;
};

class WrongComponentArn : public testing::TestWithParam<WrongArn> {};

TEST_P(WrongComponentArn, IsRefusedWithItsWrongPart) {
  try {
    static_cast<void>(parse_component_arn(GetParam().arn));
    FAIL() << "nothing was thrown";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
    EXPECT_EQ(fault.message(), GetParam().arn + ": " + GetParam().why);
    EXPECT_THAT(fault.remedy(), HasSubstr("component/<name>/"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongComponentArn,
    testing::Values(
        WrongArn{"arn:", "this is no ARN of a component"},
        WrongArn{"arn:other:imagebuilder:r:aws:component/a/1.0.0", "this is no ARN of a component"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/a/1.0.0:x", "this is no ARN of a component"},
        WrongArn{"arn:aws:s3:r:aws:component/a/1.0.0", "this is an ARN of the service `s3`, not of imagebuilder"},
        WrongArn{"arn:aws:imagebuilder::aws:component/a/1.0.0", "the region is missing"},
        WrongArn{"arn:aws:imagebuilder:r:12345:component/a/1.0.0",
                 "`12345` is no account: it must have 12 digits, or be aws"},
        WrongArn{"arn:aws:imagebuilder:r::component/a/1.0.0", "`` is no account: it must have 12 digits, or be aws"},
        WrongArn{"arn:aws:imagebuilder:r:aws:image-recipe/a/1.0.0",
                 "this is the ARN of `image-recipe`, not of a component"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/a", "the version is missing"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/a/1.0.0/1/2", "there is something after the build number"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/../1.0.0",
                 "`..` is no name of a component: lower-case letters, digits, - and _"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/Web App/1.0.0",
                 "`Web App` is no name of a component: lower-case letters, digits, - and _"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/a/1.0",
                 "`1.0` is no version: three numbers, of which the last ones may be x, as in 1.2.x"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/a/1.x.0",
                 "`1.x.0` is no version: three numbers, of which the last ones may be x, as in 1.2.x"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/a/1.0.0/new", "`new` is no build number"},
        WrongArn{"arn:aws:imagebuilder:r:aws:component/a/1.0.x/1", "a version with x takes no build number"}));

TEST(ComponentVersion, IsComparedNumberByNumber) {
  const auto version = [](std::string_view text) { return parse_component_version(text).value(); };
  EXPECT_LT(version("1.9.0"), version("1.10.0"));
  EXPECT_EQ(version("2020.05.27"), version("2020.5.27"));
  EXPECT_TRUE(version("x.x.x").matches(version("2.0.0")));
  EXPECT_TRUE(version("1.x.x").matches(version("1.7.8")));
  EXPECT_FALSE(version("1.6.x").matches(version("1.7.8")));
  EXPECT_FALSE(version("1.7.8").matches(version("1.7.9")));
  for (const std::string_view text :
       {"", "1", "1.2", "1.2.3.4", "x.1.x", "1.2.-3", "1.2.3x", "1..3", "1.2.99999999999999999999999"})
    EXPECT_FALSE(parse_component_version(text)) << text;
}

}  // namespace
}  // namespace ibtest
