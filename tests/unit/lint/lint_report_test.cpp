#include "runner/lint/lint_report.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/rule_help.hpp"
#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;

using testing::expect_golden;
using ::testing::HasSubstr;

const fs::path report_folder = fs::path(IBTEST_FIXTURES) / "lint-report";

class LintReport : public ::testing::Test {
 protected:
  LintReport() {
    fs::current_path(report_folder);
    std::istringstream no_input;
    result_ = lint_files({{"components", "empty.yml", "other.yml", "template.json"}}, no_input);
  }
  ~LintReport() override { fs::current_path(before_); }

  const fs::path before_ = fs::current_path();
  LintResult result_;
};

TEST_F(LintReport, Text) {
  expect_golden(report_folder / "expected.txt", text_report(result_, false) + summary_line(result_));
}

TEST_F(LintReport, Json) {
  expect_golden(report_folder / "expected.json.txt", json_report(result_));
}

TEST_F(LintReport, Sarif) {
  // The explanations have files of their own.
  nlohmann::ordered_json log = nlohmann::ordered_json::parse(sarif_report(result_));
  for (auto& rule : log["runs"][0]["tool"]["driver"]["rules"]) {
    rule.erase("fullDescription");
    rule.erase("help");
  }
  std::string text = log.dump(2) + "\n";
  const std::string version = "\"version\": \"" IBTEST_VERSION "\"";
  const std::size_t place = text.find(version);
  ASSERT_NE(place, std::string::npos);
  text.replace(place, version.size(), "\"version\": \"VERSION\"");
  expect_golden(report_folder / "expected.sarif.txt", text);
}

TEST_F(LintReport, Github) {
  expect_golden(report_folder / "expected.github.txt", github_report(result_));
}

TEST_F(LintReport, Junit) {
  expect_golden(report_folder / "expected.junit.txt", junit_report(result_));
}

TEST(SarifReport, ExplainsTheRulesThatFoundSomething) {
  LintResult result;
  result.files = {testing::lint_text(
      "a.yml", testing::with_steps("      # ibtest: ignore schema-version -- x\n" + testing::good_step))};
  const auto rules = nlohmann::json::parse(sarif_report(result))["runs"][0]["tool"]["driver"]["rules"];
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0]["id"], "useless-suppression");
  const std::string text = rules[0]["fullDescription"]["text"];
  EXPECT_TRUE(text.starts_with("A comment suppresses a finding that is not there.")) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(rules[0]["help"]["text"], text);
}

TEST_F(LintReport, TheSarifRegionsOfFixesHoldWhatTheyReplace) {
  const nlohmann::json log = nlohmann::json::parse(sarif_report(result_));
  std::size_t fixes = 0;
  for (const auto& one : log["runs"][0]["results"]) {
    EXPECT_EQ(log["runs"][0]["tool"]["driver"]["rules"][one["ruleIndex"].get<std::size_t>()]["id"], one["ruleId"]);
    if (!one.contains("fixes")) continue;
    ++fixes;
    const auto& region = one["locations"][0]["physicalLocation"]["region"];
    EXPECT_EQ(one["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"], region);
  }
  EXPECT_EQ(fixes, 3U);
}

TEST(SummaryLine, Counts) {
  LintResult result;
  LintedFile file = testing::lint_text("a.yml", testing::with_steps(testing::good_step));
  result.files = {file};
  EXPECT_EQ(summary_line(result), "nothing found in 1 component document\n");
  result.files.push_back(file);
  result.files[0].before_fixes = file.source;
  result.files[0].fix_count = 1;
  EXPECT_EQ(summary_line(result), "1 finding fixed, nothing found in 2 component documents\n");
  result.files[0].findings = testing::lint_text("a.yml", "phases: []\n").findings;
  EXPECT_EQ(summary_line(result), "1 finding fixed, 2 errors in 2 component documents\n");
}

TEST(RuleHelp, ExplainsWithAnExample) {
  const std::string text = rule_help(*find_rule("useless-suppression"), false);
  EXPECT_THAT(text, HasSubstr("useless-suppression: warning\n\nA comment suppresses a finding that is not there."));
  EXPECT_THAT(text, HasSubstr("\nbad.yml\n    schemaVersion: 1.0\n"));
  EXPECT_THAT(text, HasSubstr("\n    bad.yml:3:20: warning: "));
  EXPECT_THAT(text, HasSubstr("\ngood.yml\n    schemaVersion: 1.0\n"));
  EXPECT_THAT(text, HasSubstr("    # ibtest: ignore useless-suppression -- reason\n"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(RuleHelp, ListsEveryRule) {
  const std::string table = rule_table(false);
  for (const DiagnosticCode* rule : all_rules())
    EXPECT_THAT(table, HasSubstr(std::string(rule->name) + " ")) << rule->name;
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(table, '\n')), all_rules().size());
}

}  // namespace
}  // namespace ibtest
