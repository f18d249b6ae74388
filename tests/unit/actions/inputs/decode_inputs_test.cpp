#include "actions/inputs/decode_inputs.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/modules.hpp"

namespace ibtest {
namespace {

using Json = nlohmann::ordered_json;

DecodedInputs decode(const ActionModule& module, std::string_view json) {
  return ActionInputsDecoder::decode(module, Json::parse(json));
}

YamlNode scalar(std::string text) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = std::move(text);
  return node;
}

YamlNode mapping(std::vector<std::pair<std::string, YamlNode>> entries) {
  YamlNode node;
  node.kind = YamlNode::Kind::mapping;
  for (auto& [key, value] : entries)
    node.entries.push_back({scalar(key), std::move(value)});
  return node;
}

YamlNode sequence(std::vector<YamlNode> items) {
  YamlNode node;
  node.kind = YamlNode::Kind::sequence;
  node.items = std::move(items);
  return node;
}

TEST(DecodeInputs, ReadsTheTree) {
  const auto inputs =
      sequence({mapping({{"path", scalar("/a")}, {"permissions", scalar("0700")}}),
                mapping({{"path", scalar("/b")}, {"overwrite", scalar("False")}, {"owner", YamlNode()}})});
  const auto decoded = ActionInputsDecoder::decode(modules::create_file, &inputs);
  ASSERT_TRUE(decoded.inputs) << decoded.error;
  const auto& items = decoded.inputs->items();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].text("path"), "/a");
  EXPECT_EQ(items[0].text("permissions"), "0700") << "GEN-6: the source text, no octal number";
  EXPECT_TRUE(items[0].given("permissions"));
  EXPECT_FALSE(items[1].given("permissions"));
  EXPECT_EQ(items[1].text("permissions"), "0666");
  EXPECT_FALSE(items[1].flag("overwrite")) << "GEN-7: any letter case";
  EXPECT_FALSE(items[1].given("owner")) << "GEN-6: null counts as absent";
}

TEST(DecodeInputs, ResolvesEveryTextFirst_GEN_9) {
  const auto inputs = mapping({{"commands", sequence({scalar("a"), scalar("b")})}});
  const auto decoded = ActionInputsDecoder::decode(modules::execute_bash, &inputs,
                                                   [](const std::string& text) { return "<" + text + ">"; });
  ASSERT_TRUE(decoded.inputs) << decoded.error;
  EXPECT_THAT(decoded.inputs->object().list("commands"), testing::ElementsAre("<a>", "<b>"));
}

TEST(DecodeInputs, WhatTheResolverThrowsPassesThrough) {
  const auto inputs = mapping({{"path", scalar("a")}});
  EXPECT_THROW((void)ActionInputsDecoder::decode(modules::execute_binary, &inputs,
                                                 [](const std::string&) -> std::string { throw 5; }),
               int);
}

TEST(DecodeInputs, AcceptsOneMappingForAList_GEN_2) {
  const auto inputs = mapping({{"path", scalar("/a")}});
  const auto decoded = ActionInputsDecoder::decode(modules::delete_file, &inputs);
  ASSERT_TRUE(decoded.inputs) << decoded.error;
  EXPECT_EQ(decoded.inputs->items().size(), 1U);
}

TEST(DecodeInputs, RefusesAListForAnObjectModule_GEN_2) {
  const auto inputs = sequence({mapping({{"path", scalar("/a")}})});
  EXPECT_EQ(ActionInputsDecoder::decode(modules::execute_binary, &inputs).error,
            "ExecuteBinary: inputs must be a mapping, not a list");
}

TEST(DecodeInputs, IgnoresUnknownKeys_GEN_5) {
  EXPECT_TRUE(decode(modules::delete_file, R"([{"path":"/a","force":"true"}])").inputs);
}

TEST(DecodeInputs, TakesNumbersAndBooleansOfJsonAsText_GEN_6) {
  const auto decoded = decode(modules::execute_bash, R"({"commands":[5,true,1.5,null]})");
  ASSERT_TRUE(decoded.inputs) << decoded.error;
  EXPECT_THAT(decoded.inputs->object().list("commands"), testing::ElementsAre("5", "true", "1.5", ""));
}

struct RefusedCase {
  const ActionModule* module;
  std::string json;
  std::string error;
};

TEST(DecodeInputs, NamesModuleItemAndKey_GEN_4_LIST_2) {
  const std::vector<RefusedCase> cases = {
      {&modules::execute_bash, "null", "Action ExecuteBash has no inputs; it requires an 'inputs'"},
      {&modules::execute_bash, "{}", "Action ExecuteBash has no inputs; it requires an 'inputs'"},
      {&modules::create_file, "[]", "Action CreateFile has no inputs; it requires an 'inputs'"},
      {&modules::execute_bash, R"({"command":["x"]})", "ExecuteBash: commands is missing"},
      {&modules::execute_bash, R"({"commands":[]})", "ExecuteBash: commands is empty"},
      {&modules::execute_bash, R"({"commands":"echo"})", "ExecuteBash: commands must be a list of texts, not a text"},
      {&modules::execute_bash, R"({"commands":["a",{"b":"c"}]})",
       "ExecuteBash: commands[1] must be a text, not a mapping (a text that holds `: ` or starts with `{` must be "
       "quoted)"},
      {&modules::execute_bash, R"("echo")", "ExecuteBash: inputs must be a mapping, not a text"},
      {&modules::execute_binary, R"({"path":""})", "ExecuteBinary: path is empty"},
      {&modules::create_file, R"([{"path":"/a"},{"path":"/b"},{"path":""}])", "CreateFile: inputs[2]: path is empty"},
      {&modules::create_file, R"([{"path":"/a"},{"content":"x"}])", "CreateFile: inputs[1]: path is missing"},
      {&modules::create_file, R"([{"path":null}])", "CreateFile: inputs[0]: path is missing"},
      {&modules::create_file, R"([{"path":"/a"},"b"])", "CreateFile: inputs[1]: inputs must be a mapping, not a text"},
      {&modules::create_file, R"([{"path":["/a"]}])", "CreateFile: inputs[0]: path must be a text, not a list"},
      {&modules::create_file, R"([{"path":"/a","overwrite":"yes"}])",
       "CreateFile: inputs[0]: overwrite must be true or false, not `yes`"},
      {&modules::create_file, R"([{"path":"/a","overwrite":"1"}])",
       "CreateFile: inputs[0]: overwrite must be true or false, not `1`"},
      {&modules::append_file, R"([{"path":"/a","encoding":"latin1"}])",
       "AppendFile: inputs[0]: encoding `latin1` is unknown, expected one of utf8, utf-8, utf16, utf-16, utf16-le, "
       "utf-16-le, utf16-be, utf-16-be, utf32, utf-32, utf32-le, utf-32-le, utf32-be, utf-32-be"},
  };
  for (const auto& test : cases) {
    const auto decoded = decode(*test.module, test.json);
    EXPECT_FALSE(decoded.inputs) << test.json;
    EXPECT_EQ(decoded.error, test.error);
  }
}

TEST(DecodeInputs, ShowsThemInTableOrderWithDefaults_OUT_3) {
  const auto decoded = decode(modules::create_file, R"([{"overwrite":"true","content":"x","path":"/a"}])");
  ASSERT_TRUE(decoded.inputs);
  EXPECT_EQ(decoded.inputs->to_json().dump(),
            R"([{"path":"/a","content":"x","encoding":"utf8","owner":"","group":"","permissions":"0666",)"
            R"("overwrite":true}])");
  EXPECT_EQ(decode(modules::execute_binary, R"({"path":"ls"})").inputs->to_json().dump(),
            R"([{"path":"ls","arguments":null}])");
  EXPECT_EQ(decode(modules::execute_bash, R"({"commands":["a"]})").inputs->to_json().dump(), R"([{"commands":["a"]}])");
}

TEST(DecodeInputs, ReadsBackWhatItShows) {
  for (const auto& [module, json] :
       std::vector<std::pair<const ActionModule*, std::string>>{{&modules::execute_bash, R"({"commands":["a"]})"},
                                                                {&modules::execute_binary, R"({"path":"a"})"},
                                                                {&modules::create_file, R"([{"path":"/a"}])"}}) {
    const auto shown = decode(*module, json).inputs->to_json();
    const auto again = ActionInputsDecoder::decode(*module, shown);
    ASSERT_TRUE(again.inputs) << again.error;
    EXPECT_EQ(again.inputs->to_json(), shown);
  }
}

TEST(DecodeInputs, IntegersAndOptionalInputs_GEN_3_GEN_8) {
  static constexpr std::array fields = {
      InputField{.name = "delaySeconds", .type = InputType::integer, .default_value = "7", .description = "d"}};
  static constexpr std::array platforms = {Platform::linux_os};
  const ActionModule module{
      .name = "Restart", .summary = "s", .platforms = platforms, .inputs_optional = true, .inputs = fields};
  EXPECT_EQ(ActionInputsDecoder::decode(module, nullptr).inputs->object().number("delaySeconds"), 7);
  EXPECT_EQ(decode(module, "{}").inputs->object().number("delaySeconds"), 7);
  EXPECT_EQ(decode(module, R"({"delaySeconds":"-12"})").inputs->object().number("delaySeconds"), -12);
  EXPECT_EQ(decode(module, R"({"delaySeconds":30})").inputs->object().number("delaySeconds"), 30);
  for (const auto* bad : {"", "1.5", "ten", "0x10", "99999999999999999999", "+", "1 "}) {
    EXPECT_EQ(decode(module, Json({{"delaySeconds", bad}}).dump()).error,
              std::string("Restart: delaySeconds must be a whole number, not `") + bad + "`");
  }
}

}  // namespace
}  // namespace ibtest
