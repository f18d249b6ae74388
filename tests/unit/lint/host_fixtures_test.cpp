#include <algorithm>

#include "runner/lint/json_tree.hpp"
#include "runner/lint/recognition.hpp"
#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;

using testing::codes;
using testing::expect_golden;
using testing::lint_fixture;
using testing::lint_text;
using testing::read_file;
using testing::text_of;

const fs::path hosts_folder = fs::path(IBTEST_FIXTURES) / "lint-hosts";

std::vector<std::string> hosts() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(hosts_folder)) {
    if (entry.path().extension() != ".txt") names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

class HostFixture : public ::testing::TestWithParam<std::string> {};

TEST_P(HostFixture, HasItsFindingsWhereTheyStand) {
  const LintedFile file = lint_fixture(hosts_folder / GetParam());
  EXPECT_TRUE(file.is_host);
  expect_golden(hosts_folder / (GetParam() + ".txt"), text_of(file));
}

INSTANTIATE_TEST_SUITE_P(Files, HostFixture, ::testing::ValuesIn(hosts()), [](const auto& parameter) {
  std::string name = parameter.param;
  std::ranges::replace_if(
      name, [](char character) { return character == '-' || character == '.'; }, '_');
  return name;
});

TEST(HostFixtures, OfWhatIsNotKnownNothingIsSaid) {
  const LintedFile file = lint_fixture(hosts_folder / "nothing-known.yml");
  EXPECT_EQ(text_of(file), "");
  EXPECT_EQ(file.components, 3U);  // those of which nothing is known at all are left out
}

TEST(HostFixtures, ReachSilentlyOverWhatHoldsNoComponent) {
  const LintedFile file = lint_fixture(hosts_folder / "no-component.yml");
  EXPECT_EQ(text_of(file), "");
  EXPECT_EQ(file.components, 0U);
}

TEST(HostFixtures, OffsetsPointAtTheText) {
  for (const char* name : {"sub-literal.yml", "cdk.template.json", "terraform-plan.json", "windows.yml"}) {
    const LintedFile file = lint_fixture(hosts_folder / name);
    ASSERT_FALSE(file.findings.empty()) << name;
    for (const Diagnostic& finding : file.findings) {
      const SourceRange& range = finding.range;
      EXPECT_EQ(file.source->position(range.begin.offset), range.begin) << name;
      EXPECT_EQ(file.source->position(range.end.offset), range.end) << name;
      if (finding.code != "unknown-action") continue;
      const std::string_view text =
          file.source->text().substr(range.begin.offset, range.end.offset - range.begin.offset);
      EXPECT_TRUE(text == "ExecuteBsh" || text == "CreatFile") << text;
    }
  }
}

std::string template_with(const std::string& data) {
  return "Resources:\n  One:\n    Type: AWS::ImageBuilder::Component\n    Properties:\n      Data: " + data;
}

/// "line:column code" of every finding.
std::vector<std::string> places(const LintedFile& file) {
  std::vector<std::string> result;
  for (const Diagnostic& finding : file.findings)
    result.push_back(std::to_string(finding.range.begin.line) + ":" + std::to_string(finding.range.begin.column) + " " +
                     finding.code);
  return result;
}

TEST(HostPositions, HoldForEveryStyleOfScalar) {
  using Places = std::vector<std::string>;
  EXPECT_EQ(
      places(lint_text("t.yml", template_with("|2\n         \n        schemaVersion: 1.0\n        phases: []\n"))),
      (Places{"8:17 no-phases"}));
  EXPECT_EQ(places(lint_text("t.yml", template_with("|-\r\n        schemaVersion: 1.0\r\n        phases: []\r\n"))),
            (Places{"7:17 no-phases"}));
  EXPECT_EQ(places(lint_text("t.yml", template_with("'{schemaVersion: \"1.0\",\n         phases: []}'\n"))),
            (Places{"6:18 no-phases"}));
  EXPECT_EQ(places(lint_text("t.yml", template_with(">\n        {schemaVersion: 1.0,\n        phases: []}\n"))),
            (Places{"7:17 no-phases"}));
  EXPECT_EQ(places(lint_text("t.yml", template_with("\"schemaVersion: 1.0\\n\\\n        phases: []\\n\"\n"))),
            (Places{"6:17 no-phases"}));
  EXPECT_EQ(places(lint_text("t.yml", template_with("\"\\tschemaVersion: 1.0\"\n"))), (Places{"5:14 tab-indentation"}));
}

TEST(HostPositions, OfAFindingAboutTheWholeAreThoseOfItsText) {
  const std::string comment(17'000, 'x');
  const LintedFile file = lint_text(
      "t.yml", template_with("|\n        # " + comment +
                             "\n        schemaVersion: 1.0\n        phases:\n          - name: "
                             "build\n            steps:\n            - { name: List, action: ExecuteBash, inputs: { "
                             "commands: [ ls ] } }\n"));
  EXPECT_EQ(places(file), (std::vector<std::string>{"5:13 over-inline-limit"}));
}

struct Case {
  std::string name;
  std::string text;
  bool in_folder;  ///< taken for a component document when it only lies in a folder
  bool named;      ///< and when the user names it
  std::string otherwise = {};
};

TEST(Recognition, GoesByTheContent) {
  const std::string steps = "[ { name: build, steps: [] } ]";
  const std::vector<Case> cases = {
      {"component", "schemaVersion: 1.0\nphases: []\n", true, true},
      {"JSON", R"({"schemaVersion": "1.0", "phases": [{"name": "build", "steps": []}]})", true, true},
      {"indented", "  schemaVersion: 1.0\n  phases: []\n", true, true},
      {"no version", "phases: " + steps + "\n", true, true},
      {"misspelt phases", "schemaVersion: 1.0\nphase: " + steps + "\n", true, true},
      {"broken", "schemaVersion: 1.0\nphases:\n  - name: 'build\n", true, true},
      {"broken, no version", "phases:\n  - name: 'build\n    steps:\n      - action: ExecuteBash\n", true, true},
      {"only a version", "schemaVersion: 2\nmanifests: []\n", false, true},
      {"other phases", "phases: { install: { commands: [ ls ] } }\n", false, true},
      {"list", "- schemaVersion: 1.0\n", false, true},
      {"broken otherwise", "a: 'phases\n", false, true},
      {"empty", "", false, true},
      {"binary",
       std::string("\x7f"
                   "ELF\0phases",
                   11),
       false, true},
      {"mapping", "a: 1\n", false, false},
      {"Systems Manager", "schemaVersion: '2.2'\nmainSteps: []\n", false, true},
      {"runbook", "schemaVersion: '0.3'\nmainSteps: []\nphases: x\n", false, true},
      {"steps outside phases", "schemaVersion: 1.0\nsteps: [ { name: List, action: ExecuteBash } ]\n", true, true},
      {"CodeBuild", "version: 0.2\nphases: { build: { commands: [ ls ] } }\n", false, false,
       "a CodeBuild build specification"},
      {"workflow", "name: w\nschemaVersion: 1.0\nsteps: [ { name: Launch, action: LaunchInstance } ]\n", false, false,
       "an Image Builder workflow document"},
  };
  for (const Case& one : cases) {
    const auto source = std::make_shared<const SourceText>("a.yml", one.text);
    const auto is_component = [&](bool named) { return recognise(source, named).kind == Recognition::Kind::component; };
    EXPECT_EQ(is_component(false), one.in_folder) << one.name;
    EXPECT_EQ(is_component(true), one.named) << one.name;
    EXPECT_EQ(recognise(source, true).otherwise, one.otherwise) << one.name;
  }
}

TEST(JsonTree, KeepsPlacesAndRefusesWhatIsNoJson) {
  const auto source = std::make_shared<const SourceText>(
      "a.json", "\xEF\xBB\xBF{ \"a\\u0062\" : [1, null, true, \"x\\ny \\ud83d\\ude00\", {}, []],\n \"c\":-1.5e3 }");
  const auto tree = parse_json(source);
  ASSERT_TRUE(tree);
  const YamlNode& list = *tree->find("ab");
  ASSERT_EQ(list.items.size(), 6U);
  EXPECT_EQ(list.items[0].text, "1");
  EXPECT_TRUE(list.items[1].is_null());
  EXPECT_EQ(list.items[3].text, "x\ny \xF0\x9F\x98\x80");
  EXPECT_EQ(list.items[3].range.begin.column, 31U);
  EXPECT_EQ(tree->find("c")->text, "-1.5e3");
  EXPECT_EQ(tree->find("c")->range.begin, (SourcePosition{source->text().find("-1.5"), 2, 6}));
  for (const std::string text : {"", "{", "{a: 1}", "[1,]", "{\"a\" 1}", "[\"\\x\"]", "1 2"})
    EXPECT_FALSE(parse_json(std::make_shared<const SourceText>("a.json", text))) << text;
  EXPECT_FALSE(
      parse_json(std::make_shared<const SourceText>("a.json", std::string(100'000, '[') + std::string(100'000, ']'))));
}

TEST(Hosts, SurviveBadInput) {
  const std::vector<std::string> texts = {
      "Resources: AWS::ImageBuilder::Component\n",
      "Resources: [ { Type: AWS::ImageBuilder::Component } ]\n",
      "Resources: { A: AWS::ImageBuilder::Component }\n",
      "Resources: { A: { Type: AWS::ImageBuilder::Component, Properties: [] } }\n",
      "Resources: { A: { Type: AWS::ImageBuilder::Component, Properties: { Data: [ a ] } } }\n",
      "Resources: { A: { Type: AWS::ImageBuilder::Component, Properties: { Data: !Sub [ ] } } }\n",
      "Resources: { A: { Type: AWS::ImageBuilder::Component, Properties: { Data: !Join [ '', x ] } } }\n",
      R"({"format_version": 1, "planned_values": "aws_imagebuilder_component"})",
      R"({"format_version": 1, "values": {"root_module": {"resources": ["aws_imagebuilder_component", {"values": 3}]}}})",
      R"({"format_version": 1, "resource_changes": {"a": "aws_imagebuilder_component"}})",
  };
  for (const std::string& text : texts) {
    const LintedFile file = lint_text("a.yml", text);
    EXPECT_EQ(text_of(file), "") << text;
    EXPECT_EQ(file.components, 0U) << text;
  }
  EXPECT_EQ(codes(lint_text("t.yml", template_with("!Sub \"${\"\n"))), (std::vector<std::string>{"wrong-type"}));
  EXPECT_EQ(codes(lint_text("t.yml", template_with("''\n"))), (std::vector<std::string>{"empty-document"}));
}

}  // namespace
}  // namespace ibtest
