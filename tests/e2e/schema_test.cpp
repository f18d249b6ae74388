#include "tests/e2e/editor_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// The schema in yaml-language-server, which VS Code and other editors use for YAML.
class SchemaTest : public EditorTest {
 protected:
  SchemaTest() {
    server_ = std::string("node ") + IBTEST_SOURCE +
              "/build/servers/node_modules/yaml-language-server/bin/yaml-language-server --stdio";
    write("component.schema.json", ibtest({"schema"}).output);
  }

  /// What the server answers about a document with `<|>` at the cursor, and what it finds in it.
  [[nodiscard]] std::pair<json, json> ask(const std::string& method, const std::string& document) const {
    std::string text = "# yaml-language-server: $schema=component.schema.json\n" + document;
    const std::size_t cursor = text.find("<|>");
    text.erase(cursor, 3);
    const auto line = static_cast<int>(std::count(text.begin(), text.begin() + static_cast<int>(cursor), '\n'));
    const auto character = static_cast<int>(cursor - text.rfind('\n', cursor - 1) - 1);
    // Without it the server asks the network for schemas.
    json settings = json::object();
    settings["notify"] = "workspace/didChangeConfiguration";
    settings["params"]["settings"]["yaml"] = {{"hover", true}, {"completion", true}, {"validate", true}};
    settings["params"]["settings"]["yaml"]["schemaStore"]["enable"] = false;
    json capabilities = json::object();
    capabilities["textDocument"]["completion"]["completionItem"]["documentationFormat"] = json::array({"markdown"});
    capabilities["textDocument"]["completion"]["completionItem"]["snippetSupport"] = true;
    capabilities["textDocument"]["hover"]["contentFormat"] = json::array({"markdown"});
    const json results = drive(
        json::array({settings, open("a.yml", text), findings(), at(method, "a.yml", line, character)}), capabilities);
    return {results[5], results[4]["diagnostics"]};
  }

  /// The names that are offered.
  [[nodiscard]] std::vector<std::string> offered(const std::string& document) const {
    std::vector<std::string> labels;
    const json answer = ask("textDocument/completion", document).first;
    EXPECT_TRUE(answer.contains("items")) << answer;
    for (const json& item : answer.value("items", json::array()))
      labels.push_back(item["label"]);
    return labels;
  }
};

const std::string step =
    "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: List\n        action: ";

TEST_F(SchemaTest, IsPrintedOrAFault) {
  const ProgramResult printed = ibtest({"schema"});
  EXPECT_EQ(printed.status, 0);
  EXPECT_EQ(json::parse(printed.output)["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(printed.errors, "");
  const ProgramResult surplus = ibtest({"schema", "component.yml"});
  EXPECT_EQ(surplus.status, 2);
  EXPECT_EQ(surplus.output, "");
  const ProgramResult full = tool({"bash", "-c", std::string(IBTEST_BIN) + "/ibtest schema > /dev/full"});
  EXPECT_EQ(full.status, 2);
  EXPECT_THAT(full.errors, HasSubstr("No space left on device"));
}

TEST_F(SchemaTest, LetsEditorsCompleteActionsAndTheirInputs) {
  EXPECT_THAT(offered(step + "<|>"), testing::IsSupersetOf({"CreateFile", "ExecuteBash", "WebDownload"}));
  const std::vector<std::string> inputs = offered(step + "CreateFile\n        inputs:\n          - <|>\n");
  EXPECT_THAT(inputs, testing::IsSupersetOf({"path", "content", "encoding", "permissions"}));
  EXPECT_THAT(inputs, testing::Not(testing::Contains("commands")));
  EXPECT_THAT(offered(step + "ExecuteBash\n        onFailure: <|>\n"),
              testing::UnorderedElementsAre("Abort", "Continue", "Ignore"));
  EXPECT_THAT(offered(step + "Assert\n        inputs:\n          <|>\n"),
              testing::IsSupersetOf({"fileExists", "stringEquals"}));
  EXPECT_THAT(offered("schemaVersion: 1.0\nphases:\n  - name: <|>\n"),
              testing::IsSupersetOf({"build", "validate", "test", "container-host-test"}));
}

TEST_F(SchemaTest, LetsEditorsExplainAndFind) {
  const auto [hover, findings] = ask("textDocument/hover", step + "Execute<|>Bash\n        inputs: {comands: [ls]}\n");
  EXPECT_THAT(hover["contents"]["value"].get<std::string>(),
              HasSubstr("- `commands` (list of texts, required): Shell text"));
  EXPECT_THAT(findings.dump(), HasSubstr("Missing property \\\"commands\\\""));
  EXPECT_THAT(findings.dump(), HasSubstr("Property comands is not allowed"));
}

}  // namespace
}  // namespace ibtest
