#include "runner/lint/fix_source.hpp"

#include <sstream>

#include "runner/lint/line_diff.hpp"
#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

using testing::codes;
using testing::lint_text;
using testing::with_steps;

FixedFile fixed(const std::string& text) {
  return fix_source(lint_text("a.yml", text), {}, true);
}

std::string fixed_text(const std::string& text) {
  return std::string(fixed(text).file.source->text());
}

std::string step(const std::string& inputs) {
  return with_steps("      - name: List\n        action: ExecuteBash\n        inputs:\n" + inputs);
}

struct FixCase {
  std::string name;
  std::string before;
  std::string after;
};

class Fix : public ::testing::TestWithParam<FixCase> {};

TEST_P(Fix, MendsWhatIsCertain) {
  const FixedFile file = fixed(GetParam().before);
  EXPECT_EQ(file.file.source->text(), GetParam().after);
  EXPECT_GE(file.count, 1U);
  EXPECT_EQ(codes(file.file), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Fix,
    ::testing::Values(
        FixCase{"Key", "schemaVersion: 1.0\nphasse:\n  - name: build\n    steps:\n" + testing::good_step,
                with_steps(testing::good_step)},
        FixCase{"LetterCase", "SchemaVersion: 1.0\n\"Phases\":\n  - name: build\n    steps:\n" + testing::good_step,
                "schemaVersion: 1.0\n\"phases\":\n  - name: build\n    steps:\n" + testing::good_step},
        FixCase{"Input", step("          comands: [ ls ]\n"), step("          commands: [ ls ]\n")},
        FixCase{"Action", with_steps("      - { name: List, action: 'executebash', inputs: { commands: [ ls ] } }\n"),
                with_steps("      - { name: List, action: 'ExecuteBash', inputs: { commands: [ ls ] } }\n")},
        FixCase{"Version", "schemaVersion: '1'\nphases:\n  - name: build\n    steps:\n" + testing::good_step,
                with_steps(testing::good_step)},
        FixCase{"VersionWords",
                "schemaVersion: v1.0.0 # first\nphases:\n  - name: build\n    steps:\n" + testing::good_step,
                "schemaVersion: 1.0 # first\nphases:\n  - name: build\n    steps:\n" + testing::good_step},
        FixCase{"Reference",
                "parameters: [ { Dir: { type: string, default: x } } ]\n" +
                    step("          commands:\n            - {{ Dir }}\n"),
                "parameters: [ { Dir: { type: string, default: x } } ]\n" +
                    step("          commands:\n            - '{{ Dir }}'\n")},
        FixCase{"ReferenceAndText",
                "parameters: [ { Dir: { type: string, default: x } } ]\n" +
                    step("          commands:\n            - {{ Dir }}/bin/it's -v # go\n"),
                "parameters: [ { Dir: { type: string, default: x } } ]\n" +
                    step("          commands:\n            - '{{ Dir }}/bin/it''s -v' # go\n")},
        FixCase{"ReferencesInBrackets",
                "parameters: [ { Dir: { type: string, default: x } } ]\n" +
                    step("          commands: [ {{ Dir }}, ls, {{ Dir }} ]\n"),
                "parameters: [ { Dir: { type: string, default: x } } ]\n" +
                    step("          commands: [ '{{ Dir }}', ls, '{{ Dir }}' ]\n")},
        FixCase{"SeveralThatHideEachOther",
                "schemaVersion: 1\nparameters: [ { Dir: { type: string, default: x } } ]\nphases:\n"
                "  - name: build\n    stesp:\n      - name: List\n        action: ExecuteBsh\n"
                "        inputs:\n          comands:\n            - {{ Dir }} -v\n",
                "schemaVersion: 1\nparameters: [ { Dir: { type: string, default: x } } ]\nphases:\n"
                "  - name: build\n    steps:\n      - name: List\n        action: ExecuteBash\n"
                "        inputs:\n          commands:\n            - '{{ Dir }} -v'\n"},
        FixCase{"Crlf", "schemaVersion: 1.0\r\nphase:\r\n  - name: build\r\n    steps:\r\n" + testing::good_step,
                "schemaVersion: 1.0\r\nphases:\r\n  - name: build\r\n    steps:\r\n" + testing::good_step}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(FixSource, LeavesAloneWhatIsNotCertain) {
  const std::vector<std::string> texts = {
      // Another version, or none.
      "schemaVersion: 2.0\nphases:\n  - name: build\n    steps:\n" + testing::good_step,
      "schemaVersion: 1.1\nphases:\n  - name: build\n    steps:\n" + testing::good_step,
      "schemaVersion: 10\nphases:\n  - name: build\n    steps:\n" + testing::good_step,
      "schemaVersion: [ 1.0 ]\nphases:\n  - name: build\n    steps:\n" + testing::good_step,
      // The right key is there as well.
      step("          commands: [ ls ]\n          comands: [ ls ]\n"),
      // Nothing near, too far, or several near.
      with_steps("      - { name: List, action: Bash, inputs: { commands: [ ls ] } }\n"),
      with_steps("      - { name: List, action: XxecuteByx, inputs: { commands: [ ls ] } }\n"),
      // The end of the value is not known.
      step("          commands:\n            - {{ Dir }}: x\n"),
      step("          commands: [\n            {{ Dir }}/x,\n            ls ]\n"),
      step("          commands: [ {{ Dir }} x, ls ]\n"),
  };
  for (const std::string& text : texts)
    EXPECT_EQ(fixed_text(text), text) << fixed_text(text);
}

TEST(FixSource, BringsNoErrorIntoADocumentThatHadNone) {
  const std::string text = with_steps(
      "      - name: Write\n        action: CreateFile\n        inputs:\n          - path: /tmp/x\n"
      "            overwite: perhaps\n");
  EXPECT_EQ(codes(lint_text("a.yml", text)), (std::vector<std::string>{"unknown-input"}));
  EXPECT_EQ(fixed_text(text), text);
}

TEST(FixSource, LeavesWhatIsSuppressedOrOff) {
  const std::string text = with_steps(
      "      - name: List\n        action: ExecuteBash\n        inputs:\n          commands: [ ls ]\n"
      "          comandz: x # ibtest: ignore unknown-input -- ours\n");
  EXPECT_EQ(fixed_text(text), text);
}

TEST(FixSource, EscapesWhatGoesIntoStringsOfTheHost) {
  const auto host = [](const std::string& data) {
    return "Resources:\n  A:\n    Type: AWS::ImageBuilder::Component\n    Properties:\n      Data: " + data;
  };
  const std::string parameters = "parameters: [ { Dir: { type: string, default: x } } ]\n";
  const std::string literal =
      "|\n        " + parameters +
      "        schemaVersion: 1.0\n        phases:\n        - name: build\n          steps:\n"
      "          - name: Show\n            action: ExecuteBsh\n            inputs: { commands: [ {{ Dir }} ] }\n";
  const std::string mended = fixed_text(host(literal));
  EXPECT_NE(mended.find("action: ExecuteBash\n            inputs: { commands: [ '{{ Dir }}' ] }\n"), std::string::npos)
      << mended;
  const std::string one_line =
      "parameters: [ { Dir: { type: string, default: x } } ]\\nschemaVersion: 1.0\\nphases:\\n- name: build\\n  "
      "steps:\\n"
      "  - name: Show\\n    action: ExecuteBsh\\n    inputs: { commands: [ {{ Dir }} ] }\\n";
  EXPECT_NE(fixed_text(host("\"" + one_line + "\"\n")).find("ExecuteBash\\n    inputs: { commands: [ '{{ Dir }}' ] }"),
            std::string::npos);
  const std::string single =
      "'{ schemaVersion: 1.0, parameters: [ { Dir: { type: string, default: x } } ], phases: [ { name: "
      "build, steps: [ { name: Show, action: ExecuteBsh, inputs: { commands: [ {{ Dir }} ] } } ] } ] }'\n";
  EXPECT_NE(fixed_text(host(single)).find("action: ExecuteBash, inputs: { commands: [ ''{{ Dir }}'' ] }"),
            std::string::npos);
}

TEST(FixSource, DoesNotTouchWhatToolsHaveMade) {
  const std::string plan =
      R"({"format_version":"1.2","planned_values":{"root_module":{"resources":[{"type":"aws_imagebuilder_component","values":{"data":"schemaVersion: 1.0\nphase: []\n"}}]}}})";
  const LintedFile file = lint_text("plan.json", plan);
  EXPECT_FALSE(file.findings.empty());
  EXPECT_EQ(fix_source(file, {}, true).count, 0U);
}

TEST(UnifiedDiff, ShowsChangesWithThreeLinesAround) {
  std::string before;
  for (int number = 1; number <= 20; ++number)
    before += "line " + std::to_string(number) + "\n";
  std::string after = before;
  after.replace(after.find("line 5\n"), 7, "LINE 5\n");
  after.replace(after.find("line 8\n"), 7, "line 8\nline 8a\n");
  after.erase(after.find("line 19\n"), 8);
  EXPECT_EQ(
      unified_diff("a.yml", before, after),
      "--- a.yml\n+++ a.yml\n"
      "@@ -2,10 +2,11 @@\n line 2\n line 3\n line 4\n-line 5\n+LINE 5\n line 6\n line 7\n line 8\n+line 8a\n line 9\n"
      " line 10\n line 11\n"
      "@@ -16,5 +17,4 @@\n line 16\n line 17\n line 18\n-line 19\n line 20\n");
}

TEST(UnifiedDiff, OfEdges) {
  EXPECT_EQ(unified_diff("a", "x\n", "x\n"), "");
  EXPECT_EQ(unified_diff("a", "", "x\n"), "--- a\n+++ a\n@@ -0,0 +1 @@\n+x\n");
  EXPECT_EQ(unified_diff("a", "x\n", ""), "--- a\n+++ a\n@@ -1 +0,0 @@\n-x\n");
  EXPECT_EQ(unified_diff("a", "x", "y"),
            "--- a\n+++ a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n");
}

TEST(UnifiedDiff, OfLargeTextsIsOneChange) {
  std::string before;
  std::string after;
  for (int number = 0; number < 3000; ++number) {
    before += "old " + std::to_string(number) + "\n";
    after += "new " + std::to_string(number) + "\n";
  }
  EXPECT_TRUE(unified_diff("a", before, after).starts_with("--- a\n+++ a\n@@ -1,3000 +1,3000 @@\n-old 0\n"));
}

}  // namespace
}  // namespace ibtest
