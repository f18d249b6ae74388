#include "runner/cli/awstoe_run_options.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

/// A config file in a folder, which is also the bucket `bucket`.
class AwstoeRunOptionsTest : public testing::Test {
 protected:
  void config(const std::string& text) {
    options_.config = (folder_.path() / "config.json").string();
    std::ofstream(options_.config) << text;
  }
  RunOptions run_options() { return awstoe_run_options(options_, store_, warnings_); }
  std::string refusal() {
    try {
      static_cast<void>(run_options());
    } catch (const Fault& fault) {
      return fault.message() + " | " + fault.remedy();
    }
    return "accepted";
  }

  TemporaryFolder folder_;
  S3Store store_{{.map = {{"bucket", folder_.path()}}, .offline = true}, {}};
  AwstoeRunOptions options_;
  std::vector<std::string> warnings_;
};

TEST_F(AwstoeRunOptionsTest, HasTheDefaultsOfTheProgram) {
  options_.settings.documents = {{"a.yml", {}}};
  const RunOptions run = run_options();
  EXPECT_EQ(run.rules, RunRules::awstoe);
  EXPECT_EQ(run.stages, StageMode::single);
  EXPECT_EQ(run.format, OutputFormat::awstoe);
  EXPECT_EQ(run.phases, std::nullopt);
  EXPECT_EQ(run.verbosity, Verbosity::quiet);
  EXPECT_EQ(run.execution_id, "");
  EXPECT_EQ(run.log_upload, std::nullopt);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AwstoeRunOptionsTest, FlagsWinOverTheConfig_CFG_2_CLI_2) {
  config(R"({"documents": [{"path": "a.yml", "parameters": [{"name": "A", "value": "1"}]}],
             "parameters": [{"name": "B", "value": "2"}], "phases": "build", "executionId": "from-config",
             "logDirectory": "config-logs", "trace": true, "documentS3BucketOwner": "111111111111"})");
  options_.settings.phases = "test, validate";
  options_.settings.log_directory = "flag-logs";
  options_.settings.trace = false;
  const RunOptions run = run_options();
  ASSERT_EQ(run.documents.size(), 1U);
  EXPECT_EQ(run.documents[0].location, "a.yml");
  EXPECT_THAT(run.documents[0].parameters, ElementsAre(Pair("A", "1")));
  EXPECT_THAT(run.parameters, ElementsAre(Pair("B", "2")));
  EXPECT_THAT(run.phases.value(), ElementsAre("test", "validate"));
  EXPECT_EQ(run.log_directory, "flag-logs");
  EXPECT_EQ(run.verbosity, Verbosity::quiet);
  EXPECT_EQ(run.execution_id, "from-config");
  EXPECT_EQ(run.document_bucket_owner, "111111111111");
}

TEST_F(AwstoeRunOptionsTest, TracesWhenTheConfigSaysSo) {
  config(R"({"documents": [{"path": "a.yml"}], "trace": true})");
  EXPECT_EQ(run_options().verbosity, Verbosity::verbose);
}

TEST_F(AwstoeRunOptionsTest, ReadsTheConfigFromS3) {
  config(R"({"documents": [{"path": "a.yml"}], "phases": "build"})");
  options_.config = "s3://bucket/config.json";
  EXPECT_THAT(run_options().phases.value(), ElementsAre("build"));
  options_.config = "s3://bucket/none.json";
  EXPECT_THAT(refusal(), StartsWith("reading s3://bucket/none.json: NoSuchKey"));
}

TEST_F(AwstoeRunOptionsTest, SaysWhyTheConfigCannotBeRead) {
  options_.config = (folder_.path() / "none.json").string();
  EXPECT_THAT(refusal(), HasSubstr("none.json: No such file or directory"));
  config(std::string((1U << 20U) + 1, ' '));
  EXPECT_THAT(refusal(), HasSubstr("config.json: the file is larger than 1 MiB"));
}

TEST_F(AwstoeRunOptionsTest, EmptyNamesInThePhasesSelectNothing_CLI_5) {
  options_.settings.phases = "build,,test,";
  EXPECT_THAT(run_options().phases.value(), ElementsAre("build", "test"));
  options_.settings.phases = " , ";
  EXPECT_EQ(run_options().phases, std::nullopt);
}

TEST_F(AwstoeRunOptionsTest, SendsNothingToCloudWatchAndSaysSo) {
  options_.settings.cw_log_group = "group";
  EXPECT_THAT(refusal(), StartsWith("a local run sends nothing to CloudWatch Logs | leave the CloudWatch settings out, "
                                    "or add --cw-ignore-failures"));
  options_.settings.cw_ignore_failures = true;
  static_cast<void>(run_options());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("sends nothing to CloudWatch Logs")));
  options_.settings = {};
  options_.settings.cw_log_stream = "stream";
  options_.settings.cw_ignore_failures = false;
  EXPECT_THAT(refusal(), HasSubstr("sends nothing to CloudWatch Logs"));
}

TEST_F(AwstoeRunOptionsTest, UploadsLogsWhenABucketIsNamed_LOG_6) {
  options_.settings.log_s3_bucket_name = "logs";
  options_.settings.log_s3_key_prefix = "a/b";
  options_.settings.log_s3_bucket_owner = "111111111111";
  const auto upload = run_options().log_upload;
  ASSERT_TRUE(upload);
  EXPECT_EQ(upload->bucket + " " + upload->key_prefix + " " + upload->owner, "logs a/b 111111111111");
  options_.settings.log_s3_bucket_name = "";
  EXPECT_FALSE(run_options().log_upload);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("the logs are not uploaded")));
}

TEST_F(AwstoeRunOptionsTest, WarnsOfAStateDirectoryThatHasSomething_RESUME_6_GOTCHA_16) {
  options_.settings.state_directory = (folder_.path() / "state").string();
  static_cast<void>(run_options());
  std::filesystem::create_directory(options_.settings.state_directory);
  static_cast<void>(run_options());
  EXPECT_THAT(warnings_, IsEmpty());
  std::ofstream(folder_.path() / "state/marker") << "x";
  static_cast<void>(run_options());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("state is not empty")));
}

struct WrongSetting {
  std::string AwstoeSettings::*member;
  std::string value;
  std::string refusal;
};

class WrongAwstoeSetting : public AwstoeRunOptionsTest, public testing::WithParamInterface<WrongSetting> {};

TEST_P(WrongAwstoeSetting, IsRefused) {
  options_.settings.*GetParam().member = GetParam().value;
  EXPECT_THAT(refusal(), StartsWith(GetParam().refusal));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongAwstoeSetting,
    testing::Values(
        WrongSetting{&AwstoeSettings::execution_id, "a/b", "the execution id cannot be `a/b`"},
        WrongSetting{&AwstoeSettings::execution_id, "..", "the execution id cannot be `..`"},
        WrongSetting{&AwstoeSettings::execution_id, std::string(129, 'a'), "the execution id cannot be `aaa"},
        WrongSetting{&AwstoeSettings::execution_id, "a b", "the execution id cannot be `a b`"},
        WrongSetting{&AwstoeSettings::document_s3_bucket_owner, "12",
                     "--document-s3-bucket-owner (documentS3BucketOwner): `12` is no account | give its 12"},
        WrongSetting{&AwstoeSettings::log_s3_bucket_owner, "me",
                     "--log-s3-bucket-owner (logS3BucketOwner): `me` is no account"},
        WrongSetting{&AwstoeSettings::log_s3_bucket_name, "a/b",
                     "--log-s3-bucket-name (logS3BucketName) `a/b` is no name of a bucket"},
        WrongSetting{&AwstoeSettings::log_s3_bucket_name, "s3://a",
                     "--log-s3-bucket-name (logS3BucketName) `s3://a` is no name of a bucket"}));

}  // namespace
}  // namespace ibtest
