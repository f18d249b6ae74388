#include "runner/cli/awstoe_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

class AwstoeConfig : public testing::Test {
 protected:
  AwstoeSettings parse(const std::string& text) { return parse_awstoe_config(SourceText("c.json", text), warnings_); }
  /// The message and remedy for a config that cannot be used.
  std::string refusal(const std::string& text) {
    try {
      static_cast<void>(parse(text));
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
      return fault.message() + " | " + fault.remedy();
    }
    return "accepted";
  }

  std::vector<std::string> warnings_;
};

TEST_F(AwstoeConfig, HasEveryField) {
  const AwstoeSettings settings = parse(R"({
  "cwIgnoreFailures": true,
  "cwLogGroup": "group",
  "cwLogRegion": "region",
  "cwLogStream": "stream",
  "documentS3BucketOwner": "111111111111",
  "documents": [
    { "path": "./a.yml", "parameters": [ { "name": "Text", "value": "one, two" }, { "name": "None", "value": "" } ] },
    { "path": "s3://b/c.yml" }
  ],
  "executionId": "id",
  "logDirectory": "./logs",
  "logS3BucketName": "bucket",
  "logS3BucketOwner": "222222222222",
  "logS3KeyPrefix": "prefix",
  "parameters": [ { "name": "Stage", "value": "dev" } ],
  "phases": "build,validate",
  "stateDirectory": "state",
  "trace": false
})");
  EXPECT_EQ(settings.cw_ignore_failures, true);
  EXPECT_EQ(settings.cw_log_group, "group");
  EXPECT_EQ(settings.cw_log_region, "region");
  EXPECT_EQ(settings.cw_log_stream, "stream");
  EXPECT_EQ(settings.document_s3_bucket_owner, "111111111111");
  ASSERT_EQ(settings.documents.size(), 2U);
  EXPECT_EQ(settings.documents[0].location, "./a.yml");
  EXPECT_THAT(settings.documents[0].parameters, ElementsAre(Pair("None", ""), Pair("Text", "one, two")));
  EXPECT_EQ(settings.documents[1].location, "s3://b/c.yml");
  EXPECT_THAT(settings.documents[1].parameters, IsEmpty());
  EXPECT_EQ(settings.execution_id, "id");
  EXPECT_EQ(settings.log_directory, "./logs");
  EXPECT_EQ(settings.log_s3_bucket_name, "bucket");
  EXPECT_EQ(settings.log_s3_bucket_owner, "222222222222");
  EXPECT_EQ(settings.log_s3_key_prefix, "prefix");
  EXPECT_THAT(settings.parameters, ElementsAre(Pair("Stage", "dev")));
  EXPECT_EQ(settings.phases, "build,validate");
  EXPECT_EQ(settings.state_directory, "state");
  EXPECT_EQ(settings.trace, false);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AwstoeConfig, NeedsOnlyDocuments) {
  const AwstoeSettings settings = parse(R"({"documents": [{"path": "a.yml"}]})");
  EXPECT_EQ(settings.trace, std::nullopt);
  EXPECT_EQ(settings.phases, "");
}

TEST_F(AwstoeConfig, TakesTheMisspeltExecutionIdOfTheGuide_CFG_1) {
  EXPECT_EQ(parse(R"({"executonId": "x", "documents": [{"path": "a.yml"}]})").execution_id, "x");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AwstoeConfig, IgnoresUnknownKeysWithAWarning_CFG_5) {
  static_cast<void>(parse(R"({
  "phase": "build",
  "a/b": 1,
  "documents": [
    {"path": "a.yml", "parameter": [], "parameters": [{"name": "A", "value": "1", "type": "string"}]}
  ]
})"));
  EXPECT_THAT(warnings_, ElementsAre("c.json:2:12: there is no setting `phase`; it is ignored; did you mean `phases`?",
                                     "c.json:3:10: there is no setting `a/b`; it is ignored",
                                     "c.json:5:36: there is no setting `parameter`; it is ignored; did you mean "
                                     "`parameters`?",
                                     HasSubstr("there is no setting `type`")));
}

TEST_F(AwstoeConfig, SaysWhenAKeyIsGivenTwice) {
  EXPECT_EQ(parse("{\"phases\": \"a\",\n \"phases\": \"b\", \"documents\": [{\"path\": \"a.yml\"}]}").phases, "b");
  EXPECT_THAT(warnings_, ElementsAre("c.json:2:12: `phases` is given twice; the last one counts"));
}

TEST_F(AwstoeConfig, IsAnyJson) {
  EXPECT_EQ(parse("\xEF\xBB\xBF{\r\n\t\"phases\": \"\\u00e9\\ud83d\\ude00\\/\",\r\n\t\"documents\": "
                  "[{\"path\": \"a.yml\"}]\r\n}")
                .phases,
            "é😀/");
}

struct WrongConfig {
  std::string text;
  std::string refusal;
};

class WrongAwstoeConfig : public AwstoeConfig, public testing::WithParamInterface<WrongConfig> {};

TEST_P(WrongAwstoeConfig, IsRefusedWithItsPlace_CFG_5) {
  EXPECT_THAT(refusal(GetParam().text), StartsWith(GetParam().refusal));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongAwstoeConfig,
    testing::Values(
        WrongConfig{"", "c.json:1:1: this is no JSON: "},
        WrongConfig{"{\"phases\": \"a\",\n}", "c.json:2:1: this is no JSON: "},
        WrongConfig{"documents:\n  - path: a.yml\n", "c.json:1:1: this is no JSON: "},
        WrongConfig{"{\"documents\": [\n  {\"path\": 'a.yml'}]}", "c.json:2:12: this is no JSON: "},
        WrongConfig{"{} x", "c.json:1:4: this is no JSON: "},
        WrongConfig{"{\"phases\": \"\xff\"}", "c.json:1:13: this is no JSON: "},
        WrongConfig{std::string(100'000, '['), "c.json:1:33: this is no JSON: nested deeper than 32 levels"},
        WrongConfig{"[]", "c.json:1:1: the file cannot be a list | it must be an object with the list `documents`"},
        WrongConfig{"null", "c.json:1:1: the file cannot be null"},
        WrongConfig{"{}", "c.json:1:1: the config names no documents"},
        WrongConfig{"{\"documents\": []}", "c.json:1:1: the config names no documents"},
        WrongConfig{"{\"documents\": \"a.yml\"}", "c.json:1:15: `documents` cannot be a text | it must be a list"},
        WrongConfig{"{\"documents\": [\"a.yml\"]}", "c.json:1:16: an entry of `documents` cannot be a text"},
        WrongConfig{"{\"documents\": [{}]}", "c.json:1:16: this document has no `path`"},
        WrongConfig{"{\"documents\": [{\"path\": \"\"}]}", "c.json:1:16: this document has no `path`"},
        WrongConfig{"{\"documents\": [{\"path\": 3}]}", "c.json:1:25: `path` must be a text, not 3"},
        WrongConfig{"{\"phases\": [\"build\"]}", "c.json:1:12: `phases` must be a text, not a list"},
        WrongConfig{"{\"trace\": \"true\"}", "c.json:1:11: `trace` cannot be a text | it must be true or false"},
        WrongConfig{"{\"cwIgnoreFailures\": 1}", "c.json:1:22: `cwIgnoreFailures` cannot be 1"},
        WrongConfig{"{\"executonId\": null}", "c.json:1:16: `executonId` must be a text, not null"},
        WrongConfig{"{\"parameters\": {\"A\": \"1\"}}",
                    "c.json:1:16: `parameters` cannot be an object | it must be a list"},
        WrongConfig{"{\"parameters\": [\"A\"]}", "c.json:1:17: an entry of `parameters` cannot be a text"},
        WrongConfig{"{\"parameters\": [{\"name\": \"A\"}]}", "c.json:1:17: this parameter has no `value`"},
        WrongConfig{"{\"parameters\": [{\"value\": \"1\"}]}", "c.json:1:17: this parameter has no `name`"},
        WrongConfig{"{\"parameters\": [{\"name\": \"\", \"value\": \"1\"}]}",
                    "c.json:1:26: the name of a parameter is empty"},
        WrongConfig{"{\"parameters\": [{\"name\": \"A\", \"value\": 1.10}]}",
                    "c.json:1:40: `value` must be a text, not 1.1 | write it in quotes"},
        WrongConfig{"{\"parameters\": [{\"name\": \"A\", \"value\": \"1\"},\n {\"name\": \"A\", \"value\": \"2\"}]}",
                    "c.json:2:2: the parameter `A` is given twice, with different values"},
        WrongConfig{"{\"documents\": [{\"path\": \"a\", \"parameters\": [{\"name\": \"A\", \"value\": true}]}]}",
                    "c.json:1:68: `value` must be a text, not true | write it in quotes: \"true\""}));

}  // namespace
}  // namespace ibtest
