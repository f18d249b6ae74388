#include "tests/e2e/editor_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// `ibtest lsp` as an editor starts it.
using LspTest = EditorTest;

constexpr std::size_t first = 2;  // result of the first step behind initialize and initialized

// The emoji before the mistake is four bytes, two code units and one code point.
const std::string misspelt =
    "schemaVersion: 1.0\nparameters:\n  - Version: {type: string, default: a}\nphases:\n  - name: build\n    steps:\n"
    "      - {name: List, timeoutSeconds: 5, inputs: {commands: ['\xF0\x9F\x98\x80 {{ Version }}']}, action: "
    "ExecuteBsh}\n";

TEST_F(LspTest, ShowsFindingsAndMendsThem) {
  json actions = json::object();
  actions["request"] = "textDocument/codeAction";
  actions["params"]["textDocument"]["uri"] = uri("a b.yml");
  actions["params"]["range"] = range(6, 0, 120);
  actions["params"]["context"]["diagnostics"] = json::array();
  json all = actions;
  all["params"]["context"]["only"] = json::array({"source.fixAll"});
  json change = json::object();
  change["notify"] = "textDocument/didChange";
  change["params"]["textDocument"] = {{"uri", uri("a b.yml")}, {"version", 2}};
  const std::size_t column = misspelt.find("ExecuteBsh") - misspelt.rfind('\n', misspelt.find("ExecuteBsh")) - 1 - 2;
  const int begin = static_cast<int>(column);
  change["params"]["contentChanges"] =
      json::array({json{{"range", range(6, begin, begin + 10)}, {"text", "ExecuteBash"}}});
  json close = json::object();
  close["notify"] = "textDocument/didClose";
  close["params"]["textDocument"]["uri"] = uri("a b.yml");
  const json results =
      drive(json::array({open("a b.yml", misspelt), findings(), actions, all, change, findings(), close, findings()}));
  const json& found = results[first + 1];
  ASSERT_EQ(found["diagnostics"].size(), 1U) << found;
  EXPECT_EQ(found["version"], 1);
  EXPECT_EQ(found["diagnostics"][0]["code"], "unknown-action");
  EXPECT_EQ(found["diagnostics"][0]["severity"], 1);
  EXPECT_EQ(found["diagnostics"][0]["range"], range(6, begin, begin + 10));
  ASSERT_EQ(results[first + 2].size(), 1U);
  EXPECT_EQ(results[first + 2][0]["title"], "Write `ExecuteBash`");
  EXPECT_EQ(results[first + 2][0]["edit"]["changes"][uri("a b.yml")][0]["range"], range(6, begin, begin + 10));
  ASSERT_EQ(results[first + 3].size(), 1U);
  EXPECT_THAT(results[first + 3][0].dump(), HasSubstr("action: ExecuteBash}"));
  EXPECT_EQ(results[first + 5]["diagnostics"], json::array());
  EXPECT_EQ(results[first + 5]["version"], 2);
  EXPECT_EQ(results[first + 7]["diagnostics"], json::array());
  EXPECT_EQ(results.back(), 0);
}

TEST_F(LspTest, CompletesExplainsAndFinds) {
  const std::string text =
      "schemaVersion: 1.0\nparameters:\n  - Version: {type: string, default: a}\nphases:\n  - name: build\n    steps:\n"
      "      - name: List\n        action: ExecuteBash\n        inputs:\n          commands:\n"
      "            - echo \xF0\x9F\x98\x80 {{ Version }}\n        \n";
  const json results = drive(json::array(
      {open("a.yml", text), at("textDocument/completion", "a.yml", 11, 8), at("textDocument/hover", "a.yml", 7, 18),
       at("textDocument/definition", "a.yml", 10, 26), at("textDocument/definition", "a.yml", 0, 0),
       at("textDocument/hover", "b.yml", 0, 0), at("textDocument/rename", "a.yml", 0, 0)}));
  EXPECT_EQ(results[0]["capabilities"]["positionEncoding"], "utf-16");
  EXPECT_EQ(results[first + 1]["items"][0]["label"], "timeoutSeconds");
  EXPECT_EQ(results[first + 1]["items"][0]["textEdit"]["range"], range(11, 8, 8));
  EXPECT_THAT(results[first + 2]["contents"]["value"].dump(), HasSubstr("Runs its commands as one bash script."));
  EXPECT_EQ(results[first + 3]["range"], range(2, 4, 11));
  EXPECT_TRUE(results[first + 4].is_null());
  EXPECT_EQ(results[first + 5]["error"]["code"], -32602);
  EXPECT_EQ(results[first + 6]["error"]["code"], -32601);
}

TEST_F(LspTest, CountsBytesForClientsThatPreferThem) {
  json capabilities = json::object();
  capabilities["general"]["positionEncodings"] = json::array({"utf-8", "utf-16"});
  const json results = drive(json::array({open("a.yml", misspelt), findings()}), capabilities);
  EXPECT_EQ(results[0]["capabilities"]["positionEncoding"], "utf-8");
  const std::size_t place = misspelt.find("ExecuteBsh");
  EXPECT_EQ(results[first + 1]["diagnostics"][0]["range"]["start"]["character"],
            place - misspelt.rfind('\n', place) - 1);
}

TEST_F(LspTest, FollowsTheConfiguration) {
  const std::string other = "services:\n  a: {image: b}\n";
  write(".ibtest.yml", "severity: { unknown-action: warning }\n");
  json save = json::object();
  save["notify"] = "textDocument/didSave";
  save["params"]["textDocument"]["uri"] = uri("a.yml");
  const json results = drive(json::array({open("a.yml", misspelt), findings(), open("compose.yml", other), findings(),
                                          at("textDocument/completion", "compose.yml", 2, 0)}));
  EXPECT_EQ(results[first + 1]["diagnostics"][0]["severity"], 2);
  EXPECT_EQ(results[first + 3]["diagnostics"], json::array());
  EXPECT_EQ(results[first + 4]["items"], json::array());
  write(".ibtest.yml", "severity: { nosuch: warning }\n");
  json shown = json::object();
  shown["await"] = "window/showMessage";
  const json broken = drive(json::array({open("a.yml", misspelt), shown, findings(), save, findings()}));
  EXPECT_THAT(broken[first + 1]["message"].get<std::string>(), HasSubstr("nosuch"));
  EXPECT_EQ(broken[first + 2]["diagnostics"].size(), 1U);
  EXPECT_EQ(broken[first + 4]["diagnostics"].size(), 1U);
}

TEST_F(LspTest, FindsDocumentsInTemplates) {
  const std::string text =
      "Resources:\n  A:\n    Type: AWS::ImageBuilder::Component\n    Properties:\n      Platform: Linux\n      Data: "
      "|\n"
      "        schemaVersion: 1.0\n        phases:\n          - name: build\n            steps:\n"
      "              - {name: List, action: ExecuteBsh, inputs: {commands: [ls]}}\n";
  const json results = drive(json::array({open("template.yml", text), findings()}));
  ASSERT_EQ(results[first + 1]["diagnostics"].size(), 1U);
  EXPECT_EQ(results[first + 1]["diagnostics"][0]["range"], range(10, 37, 47));
}

TEST_F(LspTest, EndsWithItsInput) {
  const std::string program = std::string(IBTEST_BIN) + "/ibtest lsp";
  const ProgramResult ended = tool({"bash", "-c", program + " < /dev/null"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.output, "");
  const ProgramResult garbage = tool({"bash", "-c", "head -c 3000000 /dev/urandom | " + program});
  EXPECT_EQ(garbage.status, 1);
  EXPECT_EQ(garbage.errors, "");
  write("exit", "Content-Length: 33\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
  EXPECT_EQ(tool({"bash", "-c", program + " < exit"}).status, 1);
}

}  // namespace
}  // namespace ibtest
