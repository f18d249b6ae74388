#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runner/lint/rule_catalog.hpp"
#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;

using testing::expect_golden;
using testing::lint_fixture;
using testing::read_file;
using testing::text_of;

const fs::path rules_folder = fs::path(IBTEST_FIXTURES) / "lint";

std::vector<std::string> rule_folders() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(rules_folder))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

/// The documents of a rule's folder whose name begins like that, but for the expected texts.
std::vector<fs::path> cases_of(const std::string& rule, std::string_view prefix) {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(rules_folder / rule)) {
    const fs::path& path = entry.path();
    if (path.filename().string().starts_with(prefix) && path.extension() != ".txt") cases.push_back(path);
  }
  std::ranges::sort(cases);
  return cases;
}

class RuleFixture : public ::testing::TestWithParam<std::string> {};

TEST_P(RuleFixture, IsARuleAndExplained) {
  EXPECT_NE(find_rule(GetParam()), nullptr) << "there is no such rule";
  const RuleExplanation* explanation = find_explanation(GetParam());
  ASSERT_NE(explanation, nullptr) << "explanation.md is missing";
  EXPECT_EQ(explanation->text, read_file(rules_folder / GetParam() / "explanation.md"));
  EXPECT_EQ(explanation->bad, read_file(rules_folder / GetParam() / "bad.yml"));
  EXPECT_EQ(explanation->good, read_file(rules_folder / GetParam() / "good.yml"));
  EXPECT_FALSE(explanation->text.starts_with('#')) << "one paragraph, no heading";
  EXPECT_GT(explanation->text.size(), 80U);
}

TEST_P(RuleFixture, FindsWhatIsBad) {
  const std::vector<fs::path> cases = cases_of(GetParam(), "bad");
  EXPECT_FALSE(cases.empty());
  for (const fs::path& path : cases) {
    const LintedFile file = lint_fixture(path);
    EXPECT_TRUE(std::ranges::any_of(file.findings, [](const Diagnostic& found) { return found.code == GetParam(); }))
        << path << " does not show the rule";
    expect_golden(fs::path(path).replace_extension(".txt"), text_of(file));
  }
}

TEST_P(RuleFixture, FindsNothingInWhatIsGood) {
  const std::vector<fs::path> cases = cases_of(GetParam(), "good");
  EXPECT_FALSE(cases.empty());
  for (const fs::path& path : cases) {
    const LintedFile file = lint_fixture(path);
    EXPECT_EQ(text_of(file), "") << path;
    EXPECT_EQ(file.components, 1U) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Folders, RuleFixture, ::testing::ValuesIn(rule_folders()), [](const auto& parameter) {
  std::string name = parameter.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(RuleFixtures, ThereIsAFolderForEveryRule) {
  const auto folders = rule_folders();
  const std::set<std::string, std::less<>> known(folders.begin(), folders.end());
  for (const std::span<const LintRule> family : lint_rule_families()) {
    for (const LintRule& rule : family)
      EXPECT_TRUE(known.contains(rule.code.name)) << rule.code.name;
  }
}

TEST(RuleCatalog, IdsAreUnique) {
  std::set<std::string_view> ids;
  for (const DiagnosticCode* rule : all_rules()) {
    EXPECT_TRUE(ids.insert(rule->name).second) << rule->name;
    EXPECT_EQ(find_rule(rule->name), rule);
  }
  EXPECT_EQ(find_rule("no-such-rule"), nullptr);
}

}  // namespace
}  // namespace ibtest
