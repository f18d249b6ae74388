#include "runner/cli/command_line.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"
#include "runner/cli/help_texts.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

RunOptions run_options(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  return std::get<RunOptions>(parse_command_line(arguments));
}

TEST(CommandLine, UnderstandsEveryFlagOfRun) {
  const RunOptions options = run_options({"a.yml",         "--target",    "docker:debian-12",
                                          "b.yml",         "-t",          "podman:alpine:3",
                                          "--phases",      "build, test", "--param",
                                          "A=1,2",         "c.yml",       "--param=B=x",
                                          "--params-file", "p.yml",       "--stages",
                                          "inline",        "--keep",      "on-failure",
                                          "--log-dir",     "logs",        "--format",
                                          "jsonl",         "--junit",     "r.xml",
                                          "--no-color",    "-v",          "--i-know-this-changes-my-machine"});
  ASSERT_EQ(options.documents.size(), 3U);
  EXPECT_EQ(options.documents[0].location + options.documents[1].location + options.documents[2].location,
            "a.ymlb.ymlc.yml");
  EXPECT_THAT(options.targets, ElementsAre("docker:debian-12", "podman:alpine:3"));
  EXPECT_THAT(options.phases.value(), ElementsAre("build", "test"));
  EXPECT_THAT(options.parameters, ElementsAre(Pair("A", "1,2"), Pair("B", "x")));
  EXPECT_EQ(options.parameters_file, "p.yml");
  EXPECT_EQ(options.stages, StageMode::single);
  EXPECT_EQ(options.keep, KeepMode::on_failure);
  EXPECT_EQ(options.log_directory, "logs");
  EXPECT_EQ(options.format, OutputFormat::jsonl);
  EXPECT_EQ(options.junit_file, "r.xml");
  EXPECT_TRUE(options.no_color);
  EXPECT_EQ(options.verbosity, Verbosity::verbose);
  EXPECT_TRUE(options.allow_local);
}

TEST(CommandLine, SkipsUpdatesWhenAsked_EMU_UPDATEOS_5) {
  EXPECT_FALSE(run_options({"a.yml"}).skip_updates);
  EXPECT_FALSE(run_options({"a.yml", "--network", "default"}).without_network);
  EXPECT_TRUE(run_options({"a.yml", "--network=none"}).without_network);
  EXPECT_FALSE(run_options({"a.yml", "--update-os", "run"}).skip_updates);
  EXPECT_TRUE(run_options({"a.yml", "--update-os=skip"}).skip_updates);
}

TEST(CommandLine, DefaultsOfRun) {
  const RunOptions options = run_options({"a.yml"});
  EXPECT_TRUE(options.targets.empty());
  EXPECT_FALSE(options.phases);
  EXPECT_EQ(options.stages, StageMode::by_target);
  EXPECT_EQ(options.keep, KeepMode::never);
  EXPECT_EQ(options.format, OutputFormat::text);
  EXPECT_EQ(options.verbosity, Verbosity::normal);
  EXPECT_FALSE(options.allow_local);
}

struct Mistake {
  std::vector<std::string> arguments;
  std::string message;
  std::string remedy;
};

class CommandLineMistake : public testing::TestWithParam<Mistake> {};

TEST_P(CommandLineMistake, IsOneLineAndWhatToDo) {
  try {
    static_cast<void>(parse_command_line(GetParam().arguments));
    FAIL() << "nothing was thrown";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
    EXPECT_EQ(fault.message(), GetParam().message);
    EXPECT_THAT(fault.remedy(), HasSubstr(GetParam().remedy));
    EXPECT_EQ(fault.message().find('\n'), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, CommandLineMistake,
    testing::Values(Mistake{{"rnu", "a.yml"}, "unknown command `rnu`", "did you mean `run`?"},
                    Mistake{{"frobnicate"},
                            "unknown command `frobnicate`",
                            "run, lint, lsp, schema, awstoe, attach, resume, clean, help"},
                    Mistake{{"--verison"}, "unknown flag --verison", "did you mean `--version`?"},
                    Mistake{{"run"}, "no component document was given", "ibtest run component.yml"},
                    Mistake{{"run", "a.yml", "--taget", "x"}, "unknown flag --taget", "did you mean `--target`?"},
                    Mistake{{"run", "a.yml", "--taget=x"}, "unknown flag --taget", "did you mean `--target`?"},
                    Mistake{{"run", "a.yml", "--target"}, "--target needs a value", "ibtest help run"},
                    Mistake{{"run", "a.yml", "--junit", "a", "--junit", "b"}, "--junit may be given only once", ""},
                    Mistake{{"run", "a.yml", "--format", "jsno"}, "--format cannot be `jsno`", "did you mean `json`?"},
                    Mistake{{"run", "a.yml", "--format", "xml"}, "--format cannot be `xml`", "text, json, jsonl"},
                    Mistake{{"run", "a.yml", "--stages", "both"}, "--stages cannot be `both`", "image, inline"},
                    Mistake{{"run", "a.yml", "--network=non"}, "--network cannot be `non`", "did you mean `none`?"},
                    Mistake{{"run", "a.yml", "--update-os=skp"}, "--update-os cannot be `skp`", "did you mean `skip`?"},
                    Mistake{{"run", "a.yml", "--keep", "onfailure"}, "--keep cannot be `onfailure`", "on-failure"},
                    Mistake{
                        {"run", "a.yml", "--phases", "a,,b"}, "--phases has an empty name", "--phases build,validate"},
                    Mistake{{"run", "a.yml", "--phases="}, "--phases needs a value", ""},
                    Mistake{{"run", "a.yml", "--junit", ""}, "--junit needs a path, not an empty text", ""},
                    Mistake{{"run", "a.yml", "-q", "-v"}, "-q and -v exclude each other", "one of them"},
                    Mistake{{"run", "a.yml", "--component-path", "/nowhere"},
                            "--component-path /nowhere: there is no such folder",
                            "name a folder"},
                    Mistake{{"run", "a.yml", "--allow-reboot"}, "--allow-reboot is for `--target local` alone", ""},
                    Mistake{{"run", "a.yml", "-t", "local", "-t", "docker:x", "--allow-reboot"},
                            "--allow-reboot is for `--target local` alone",
                            "other targets are rebooted without being asked"},
                    Mistake{{"resume"}, "no run was given", "ibtest resume latest"},
                    Mistake{{"attach"}, "no run was given", "ibtest attach latest"},
                    Mistake{{"resume", "a", "b"}, "`ibtest resume` takes no argument `b`", "ibtest help resume"},
                    Mistake{{"clean", "x"}, "`ibtest clean` takes no argument `x`", "ibtest help clean"},
                    Mistake{{"help", "rum"}, "unknown command `rum`", "did you mean `run`?"}));

TEST(CommandLine, HelpAndVersion) {
  EXPECT_EQ(std::get<HelpOptions>(parse_command_line({})).topic, "");
  EXPECT_EQ(std::get<HelpOptions>(parse_command_line({"--help"})).topic, "");
  EXPECT_EQ(std::get<HelpOptions>(parse_command_line({"help", "run"})).topic, "run");
  EXPECT_EQ(std::get<HelpOptions>(parse_command_line({"run", "--help"})).topic, "run");
  EXPECT_EQ(std::get<HelpOptions>(parse_command_line({"clean", "-h"})).topic, "clean");
  EXPECT_TRUE(std::holds_alternative<VersionOptions>(parse_command_line({"--version"})));
  EXPECT_TRUE(std::get<CleanOptions>(parse_command_line({"clean", "--all"})).everything);
}

TEST(CommandLine, TakesTheOptionsOfS3_EMU_12_EMU_14_EMU_15) {
  const auto options = std::get<RunOptions>(
      parse_command_line({"run", "a.yml", "--s3-map", "one=/tmp", "--s3-map", "two=/", "--s3-bucket-owner",
                          "one=012345678901", "--s3-endpoint", "http://localhost:9000", "--s3-no-sign"}));
  EXPECT_EQ(options.s3.map.at("one"), "/tmp");
  EXPECT_EQ(options.s3.map.at("two"), "/");
  EXPECT_EQ(options.s3.bucket_owners.at("one"), "012345678901");
  EXPECT_EQ(options.s3.endpoint, "http://localhost:9000");
  EXPECT_TRUE(options.s3.unsigned_requests);
  EXPECT_FALSE(options.s3.offline);
}

TEST(CommandLine, RefusesWrongOptionsOfS3) {
  const auto message = [](const std::string& flag, const std::string& value) -> std::string {
    try {
      static_cast<void>(parse_command_line({"run", "a.yml", flag, value}));
    } catch (const Fault& fault) {
      return fault.message();
    }
    return "";
  };
  EXPECT_EQ(message("--s3-map", "bucket"), "--s3-map cannot be `bucket`");
  EXPECT_EQ(message("--s3-map", "bucket=/nowhere"), "--s3-map bucket=/nowhere: there is no folder /nowhere");
  EXPECT_EQ(message("--s3-bucket-owner", "bucket=me"), "--s3-bucket-owner bucket=me: `me` is no account");
  EXPECT_EQ(message("--s3-endpoint", "localhost"), "--s3-endpoint cannot be `localhost`");
}

TEST(CommandLine, TakesFoldersOfComponents) {
  const RunOptions options = run_options({"a.yml", "--component-path", "/tmp", "--component-path=/"});
  EXPECT_THAT(options.component_folders, ElementsAre("/tmp", "/"));
}

TEST(CommandLine, TakesStrictAndTheEnvironmentOfAws_EMU_11_EMU_19) {
  EXPECT_FALSE(run_options({"a.yml"}).strict);
  EXPECT_FALSE(run_options({"a.yml"}).pass_aws_environment);
  const RunOptions options = run_options({"a.yml", "--strict", "--pass-aws-env"});
  EXPECT_TRUE(options.strict);
  EXPECT_TRUE(options.pass_aws_environment);
}

TEST(CommandLine, KeepsWhatWasTypedForAResume_D_13) {
  const RunOptions options = run_options({"a.yml", "-t", "local", "--allow-reboot"});
  EXPECT_TRUE(options.allow_reboot);
  EXPECT_THAT(options.arguments, ElementsAre("run", "a.yml", "-t", "local", "--allow-reboot"));
  EXPECT_EQ(std::get<ResumeOptions>(parse_command_line({"resume", "latest"})).run, "latest");
  EXPECT_EQ(std::get<AttachOptions>(parse_command_line({"attach", "latest"})).run, "latest");
}

TEST(CommandLine, TakesTheMapOfDownloads) {
  EXPECT_FALSE(run_options({"a.yml"}).web.is_used());
  const RunOptions options = run_options(
      {"a.yml", "--web-map", "https://user@example.com/a?b=c=/etc/passwd", "--web-map=http://example.com=/etc"});
  EXPECT_EQ(options.web.map.at("https://example.com/a?b=c"), "/etc/passwd");
  EXPECT_EQ(options.web.map.at("http://example.com/"), "/etc");
  EXPECT_FALSE(options.web.offline);
  EXPECT_TRUE(run_options({"a.yml", "--web-offline"}).web.is_used());
}

TEST(CommandLine, RefusesWrongMapsOfDownloads) {
  const auto message = [](const std::string& value) -> std::string {
    try {
      static_cast<void>(run_options({"a.yml", "--web-map", value}));
    } catch (const Fault& fault) {
      return fault.message();
    }
    return "";
  };
  EXPECT_EQ(message("https://example.com/a"), "--web-map cannot be `https://example.com/a`");
  EXPECT_EQ(message("https://example.com/a="), "--web-map cannot be `https://example.com/a=`");
  EXPECT_EQ(message("example.com/a=/etc/passwd"), "--web-map cannot be `example.com/a=/etc/passwd`");
  EXPECT_EQ(message("ftp://example.com/a=/etc/passwd"), "--web-map cannot be `ftp://example.com/a=/etc/passwd`");
  EXPECT_EQ(message("https://example.com/a=/nowhere"),
            "--web-map https://example.com/a=/nowhere: there is no file /nowhere");
  EXPECT_EQ(message("https://example.com/a=/etc"), "--web-map https://example.com/a=/etc: there is no file /etc");
  EXPECT_EQ(message("https://example.com/a/=/etc/passwd"),
            "--web-map https://example.com/a/=/etc/passwd: there is no folder /etc/passwd");
}

TEST(CommandLine, KnowsThatAProgramReadsTheAnswer) {
  EXPECT_TRUE(asks_for_json({"run", "--format", "json"}));
  EXPECT_TRUE(asks_for_json({"run", "--format=json", "--oops"}));
  EXPECT_FALSE(asks_for_json({"run", "--format", "jsonl"}));
  EXPECT_FALSE(asks_for_json({"lint", "--format", "json"}));
}

TEST(HelpTexts, NameEveryFlagAndAreAtMost100ColumnsWide) {
  for (const std::string command :
       {"run", "lint", "lsp", "schema", "awstoe run", "awstoe validate", "attach", "resume", "clean"}) {
    for (const std::string& flag : command_flags(command)) {
      EXPECT_THAT(std::string(help_text(command)), HasSubstr(flag)) << command;
    }
  }
  for (const std::string topic :
       {"", "run", "lint", "lsp", "schema", "awstoe", "awstoe run", "awstoe validate", "attach", "resume", "clean"}) {
    std::istringstream lines{std::string(help_text(topic))};
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(display_width(line), 100U) << line;
    EXPECT_THAT(std::string(help_text(topic)), HasSubstr("Examples:")) << topic;
  }
}

// Every line of a text that is a whole call of ibtest, as in `  ibtest run a.yml`.
void expect_calls_to_be_understood(const std::string& text) {
  std::istringstream lines{text};
  int calls = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::vector<std::string> arguments;
    for (std::string word; words >> word && word != ">";)
      arguments.push_back(word);
    const bool is_call = !arguments.empty() && arguments.front() == "ibtest" && line.find('[') == std::string::npos &&
                         line.find("...") == std::string::npos && !line.ends_with(".") &&
                         line.find("  ", 2) == std::string::npos;
    if (!is_call) continue;
    ++calls;
    arguments.erase(arguments.begin());
    EXPECT_NO_THROW(static_cast<void>(parse_command_line(arguments))) << line;
  }
  EXPECT_GT(calls, 0);
}

TEST(HelpTexts, TheirExamplesAndThoseOfTheReadmeAreUnderstood) {
  for (const std::string topic :
       {"", "run", "lint", "lsp", "schema", "awstoe", "awstoe run", "awstoe validate", "attach", "resume", "clean"})
    expect_calls_to_be_understood(std::string(help_text(topic)));
  std::ostringstream readme;
  readme << std::ifstream(std::string(IBTEST_SOURCE) + "/README.md").rdbuf();
  expect_calls_to_be_understood(readme.str());
}

}  // namespace
}  // namespace ibtest
