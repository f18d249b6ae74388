#include "runner/cli/awstoe_flags.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

AwstoeRunOptions run_options(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  return std::get<AwstoeRunOptions>(parse_awstoe(arguments));
}

AwstoeValidateOptions validate_options(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "validate");
  return std::get<AwstoeValidateOptions>(parse_awstoe(arguments));
}

std::vector<std::string> locations(const AwstoeSettings& settings) {
  std::vector<std::string> list;
  for (const RunDocument& document : settings.documents)
    list.push_back(document.location);
  return list;
}

void expect_every_setting(const AwstoeRunOptions& options) {
  const AwstoeSettings& settings = options.settings;
  EXPECT_THAT(locations(settings), ElementsAre("a.yml", "s3://b/c.yml"));
  EXPECT_THAT(settings.parameters, ElementsAre(Pair("A", "1"), Pair("B", "x=y")));
  EXPECT_EQ(settings.cw_log_group, "group");
  EXPECT_EQ(settings.cw_log_region, "region");
  EXPECT_EQ(settings.cw_log_stream, "stream");
  EXPECT_EQ(settings.cw_ignore_failures, true);
  EXPECT_EQ(settings.document_s3_bucket_owner, "111111111111");
  EXPECT_EQ(settings.execution_id, "id");
  EXPECT_EQ(settings.log_directory, "logs");
  EXPECT_EQ(settings.log_s3_bucket_name, "bucket");
  EXPECT_EQ(settings.log_s3_bucket_owner, "222222222222");
  EXPECT_EQ(settings.log_s3_key_prefix, "prefix");
  EXPECT_EQ(settings.phases, "build,test");
  EXPECT_EQ(settings.state_directory, "state");
  EXPECT_EQ(settings.trace, true);
  EXPECT_THAT(options.run.blocked_actions, ElementsAre("Reboot", "UpdateOS"));
}

// CLI-3: a blank or `=`; one dash or two.
TEST(AwstoeFlags, TakesEveryFlagOfRunInEveryForm_CLI_3) {
  expect_every_setting(run_options({"--documents",
                                    "a.yml,s3://b/c.yml",
                                    "--parameters",
                                    "A=1,B=x=y",
                                    "--cw-log-group",
                                    "group",
                                    "--cw-log-region",
                                    "region",
                                    "--cw-log-stream",
                                    "stream",
                                    "--cw-ignore-failures",
                                    "--document-s3-bucket-owner",
                                    "111111111111",
                                    "--execution-id",
                                    "id",
                                    "--log-directory",
                                    "logs",
                                    "--log-s3-bucket-name",
                                    "bucket",
                                    "--log-s3-bucket-owner",
                                    "222222222222",
                                    "--log-s3-key-prefix",
                                    "prefix",
                                    "--phases",
                                    "build,test",
                                    "--state-directory",
                                    "state",
                                    "--trace",
                                    "--blocked-action-modules",
                                    "Reboot,UpdateOS"}));
  expect_every_setting(run_options({"-documents=a.yml,s3://b/c.yml", "-parameters=A=1,B=x=y", "-cw-log-group=group",
                                    "-cw-log-region=region", "-cw-log-stream=stream", "-cw-ignore-failures=true",
                                    "-document-s3-bucket-owner=111111111111", "-execution-id=id", "-log-directory=logs",
                                    "-log-s3-bucket-name=bucket", "-log-s3-bucket-owner=222222222222",
                                    "-log-s3-key-prefix=prefix", "-phases=build,test", "-state-directory=state",
                                    "-trace", "-blocked-action-modules=Reboot,UpdateOS"}));
  // Every short form there is.
  expect_every_setting(run_options({"-d",
                                    "a.yml,s3://b/c.yml",
                                    "--parameters=A=1,B=x=y",
                                    "--cw-log-group=group",
                                    "--cw-log-region=region",
                                    "--cw-log-stream=stream",
                                    "--cw-ignore-failures=true",
                                    "--document-s3-bucket-owner=111111111111",
                                    "-i",
                                    "id",
                                    "-l=logs",
                                    "-b",
                                    "bucket",
                                    "--log-s3-bucket-owner=222222222222",
                                    "-k",
                                    "prefix",
                                    "-p",
                                    "build,test",
                                    "-s",
                                    "state",
                                    "-t",
                                    "--blocked-action-modules=Reboot,UpdateOS"}));
  EXPECT_EQ(run_options({"-c", "x.json"}).config, "x.json");
  EXPECT_EQ(run_options({"--config=s3://b/x.json", "-p", "build", "-l", "logs"}).config, "s3://b/x.json");
}

TEST(AwstoeFlags, SwitchesHaveThreeStates_CFG_2) {
  EXPECT_EQ(run_options({"-d", "a"}).settings.trace, std::nullopt);
  EXPECT_EQ(run_options({"-d", "a", "--trace=false"}).settings.trace, false);
  EXPECT_EQ(run_options({"-d", "a", "-t=false"}).settings.trace, false);
  EXPECT_EQ(run_options({"-d", "a", "--trace=true"}).settings.trace, true);
  EXPECT_EQ(run_options({"-d", "a", "--cw-ignore-failures=false"}).settings.cw_ignore_failures, false);
}

// Scripts pass variables that may be empty.
TEST(AwstoeFlags, AnEmptyValueIsNoValue) {
  const AwstoeRunOptions options =
      run_options({"-d", "a", "--log-s3-key-prefix=", "-p", "", "--parameters=", "--blocked-action-modules", ""});
  EXPECT_EQ(options.settings.log_s3_key_prefix + options.settings.phases, "");
  EXPECT_TRUE(options.settings.parameters.empty());
  EXPECT_TRUE(options.run.blocked_actions.empty());
}

TEST(AwstoeFlags, ABlankAfterACommaBelongsToThePath_CLI_4) {
  EXPECT_THAT(locations(run_options({"--documents", "a.yml, b.yml"}).settings), ElementsAre("a.yml", " b.yml"));
}

TEST(AwstoeFlags, TakesFlagsOfIbtestAsWell) {
  const AwstoeRunOptions options =
      run_options({"-d", "a", "--target", "docker:debian-12", "--values", "v.yml", "--s3-map", "b=/tmp",
                   "--component-path", "/tmp", "--keep=on-failure", "--junit", "r.xml", "--update-os", "skip",
                   "--i-know-this-changes-my-machine", "--no-color"});
  EXPECT_THAT(options.run.targets, ElementsAre("docker:debian-12"));
  EXPECT_EQ(options.run.values_file, "v.yml");
  EXPECT_EQ(options.run.s3.map.at("b"), "/tmp");
  EXPECT_THAT(options.run.component_folders, ElementsAre("/tmp"));
  EXPECT_EQ(options.run.keep, KeepMode::on_failure);
  EXPECT_EQ(options.run.junit_file, "r.xml");
  EXPECT_TRUE(options.run.skip_updates);
  EXPECT_TRUE(options.run.allow_local);
  EXPECT_TRUE(options.run.no_color);
}

TEST(AwstoeFlags, TakesEveryFlagOfValidate_CLI_16_CLI_17) {
  const AwstoeValidateOptions options =
      validate_options({"-d", "a.yml,b.yml", "-document-s3-bucket-owner=111111111111", "--os-platforms",
                        "windows,linux,darwin", "-t", "--component-path", "/tmp"});
  EXPECT_THAT(options.documents, ElementsAre("a.yml", "b.yml"));
  EXPECT_EQ(options.documents_text, "a.yml,b.yml");
  EXPECT_EQ(options.document_bucket_owner, "111111111111");
  EXPECT_THAT(options.platforms, ElementsAre(Platform::windows, Platform::linux_os, Platform::macos));
  EXPECT_TRUE(options.trace);
  EXPECT_THAT(options.component_folders, ElementsAre("/tmp"));
  const AwstoeValidateOptions defaults = validate_options({"--documents="});
  EXPECT_TRUE(defaults.documents.empty());
  EXPECT_THAT(defaults.platforms, ElementsAre(Platform::linux_os));
  EXPECT_FALSE(defaults.trace);
}

TEST(AwstoeFlags, HelpAndVersion) {
  for (const std::string flag : {"--version", "-version", "-v"}) {
    EXPECT_TRUE(std::holds_alternative<VersionOptions>(parse_awstoe({flag}))) << flag;
    EXPECT_TRUE(std::holds_alternative<VersionOptions>(parse_awstoe({"run", flag}))) << flag;
  }
  for (const std::string flag : {"--help", "-help", "-h"}) {
    EXPECT_EQ(std::get<HelpOptions>(parse_awstoe({flag})).topic, "awstoe");
    EXPECT_EQ(std::get<HelpOptions>(parse_awstoe({"run", flag})).topic, "awstoe run");
    EXPECT_EQ(std::get<HelpOptions>(parse_awstoe({"validate", flag})).topic, "awstoe validate");
  }
  EXPECT_EQ(std::get<HelpOptions>(parse_awstoe({})).topic, "awstoe");
  EXPECT_EQ(std::get<HelpOptions>(parse_awstoe({"help", "run"})).topic, "awstoe run");
  EXPECT_EQ(std::get<HelpOptions>(parse_command_line({"help", "awstoe"})).topic, "awstoe");
  EXPECT_EQ(std::get<HelpOptions>(parse_command_line({"help", "awstoe", "validate"})).topic, "awstoe validate");
}

struct Mistake {
  std::vector<std::string> arguments;
  std::string message;
  std::string remedy;
};

class AwstoeMistake : public testing::TestWithParam<Mistake> {};

// D-12: exit status 1, where `ibtest run` says 2.
TEST_P(AwstoeMistake, IsOneLineAndWhatToDo_CLI_1_CLI_2_CFG_4) {
  try {
    static_cast<void>(parse_awstoe(GetParam().arguments));
    FAIL() << "nothing was thrown";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::component_failed);
    EXPECT_EQ(fault.message(), GetParam().message);
    EXPECT_THAT(fault.remedy(), HasSubstr(GetParam().remedy));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, AwstoeMistake,
    testing::Values(
        Mistake{{"rnu"}, "awstoe has no command `rnu`", "did you mean `run`?"},
        Mistake{{"--frobnicate"}, "awstoe has no command `--frobnicate`", "run, validate"},
        Mistake{{"help", "vaildate"}, "awstoe has no command `vaildate`", "did you mean `validate`?"},
        Mistake{{"run"}, "neither --documents nor --config was given", "--documents a.yml,b.yml"},
        Mistake{{"run", "--documents", ""}, "neither --documents nor --config was given", ""},
        Mistake{{"run", "-d", "a", "-c", "b"}, "--config and --documents exclude each other", "into the config file"},
        Mistake{{"run", "-c", "b", "--parameters", "A=1"}, "--config and --parameters exclude each other", "config"},
        Mistake{{"run", "-c", ""}, "--config needs a path or an S3 URI, not an empty text", ""},
        Mistake{{"run", "-d", "a", "--metadata", "x"}, "unknown flag --metadata", "ibtest help awstoe run"},
        Mistake{{"run", "-d", "a", "--phase", "x"}, "unknown flag --phase", "did you mean `--phases`?"},
        Mistake{{"run", "a.yml", "-d", "a"}, "`ibtest awstoe run` takes no argument `a.yml`", ""},
        Mistake{{"run", "-d"}, "--documents needs a value", ""},
        Mistake{{"run", "-d", "a", "-d", "b"}, "--documents may be given only once", ""},
        Mistake{{"run", "-d", "a", "--trace=maybe"}, "--trace cannot be `maybe`", "true or false"},
        Mistake{{"run", "-d", "a", "--parameters", "A"}, "--parameters A has no value", "--parameters A=VALUE"},
        Mistake{{"run", "-d", "a", "--parameters", "A=1,2"}, "--parameters 2 has no value", ""},
        Mistake{{"run", "-d", "a", "--parameters", "A="}, "--parameters A= has an empty value", ""},
        Mistake{{"run", "-d", "a", "--target", "x", "--target", "y"}, "--target may be given only once", ""},
        Mistake{{"run", "-d", "a", "--keep", "forever"}, "--keep cannot be `forever`", "never, on-failure, always"},
        Mistake{{"run", "-d", "a", "--s3-map", "b=/nowhere"},
                "--s3-map b=/nowhere: there is no folder /nowhere",
                "make it"},
        Mistake{{"validate"}, "no document was named", "--documents a.yml,b.yml"},
        Mistake{{"validate", "-d", "a", "--os-platforms", "lniux"},
                "--os-platforms cannot be `lniux`",
                "did you mean `linux`?"},
        Mistake{{"validate", "-d", "a", "--os-platforms", "beos"},
                "--os-platforms cannot be `beos`",
                "linux, windows, darwin"},
        Mistake{{"validate", "-d", "a", "--document-s3-bucket-owner", "me"},
                "--document-s3-bucket-owner: `me` is no account",
                "12 digits"},
        Mistake{{"validate", "-d", "a", "--phases", "x"}, "unknown flag --phases", ""}));

}  // namespace
}  // namespace ibtest
