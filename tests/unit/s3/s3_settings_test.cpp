#include "runner/s3/s3_settings.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

class S3Settings : public testing::Test {
 protected:
  S3Settings() {
    std::ofstream(folder_.path() / "config")
        << "[default]\nregion = eu-north-1\nendpoint_url = http://profile\nservices = local\n"
           "[profile plain]\nregion = eu-north-1\nendpoint_url = http://profile\n"
           "[profile ignoring]\nendpoint_url = http://profile\nignore_configured_endpoint_urls = true\n"
           "[services local]\ndynamodb =\n  endpoint_url = http://wrong\ns3 =\n  endpoint_url = http://services/\n";
    environment_["AWS_CONFIG_FILE"] = (folder_.path() / "config").string();
  }
  [[nodiscard]] S3Endpoint find(const S3Options& options = {}) const {
    return find_s3_endpoint(options, environment_, AwsProfiles(environment_));
  }

  TemporaryFolder folder_;
  EnvironmentVariables environment_;
};

TEST_F(S3Settings, FindsTheEndpointInOrder_EMU_12) {
  EXPECT_EQ(find().base, "http://services");
  environment_["AWS_ENDPOINT_URL"] = "http://all";
  EXPECT_EQ(find().base, "http://all");
  environment_["AWS_ENDPOINT_URL_S3"] = "http://s3";
  EXPECT_EQ(find().base, "http://s3");
  EXPECT_EQ(find({.endpoint = "http://option"}).base, "http://option");
  environment_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(find().base, "");
  EXPECT_EQ(find({.endpoint = "http://option"}).base, "http://option");
}

TEST_F(S3Settings, FollowsTheProfile_EMU_12) {
  environment_["AWS_PROFILE"] = "plain";
  EXPECT_EQ(find().base, "http://profile");
  environment_["AWS_PROFILE"] = "ignoring";
  EXPECT_EQ(find().base, "");
}

TEST_F(S3Settings, FindsTheRegionInOrder_EMU_12) {
  EXPECT_EQ(find().region, "eu-north-1");
  environment_["AWS_DEFAULT_REGION"] = "eu-west-1";
  EXPECT_EQ(find().region, "eu-west-1");
  environment_["AWS_REGION"] = "eu-west-2";
  EXPECT_EQ(find().region, "eu-west-2");
  environment_ = {{"AWS_CONFIG_FILE", "/nowhere"}};
  EXPECT_EQ(find().region, "us-east-1");
}

}  // namespace
}  // namespace ibtest
