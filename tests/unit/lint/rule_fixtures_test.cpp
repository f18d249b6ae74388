#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/shell_rules.hpp"
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

std::string document_with_script_of(std::size_t characters) {
  std::string text = testing::with_steps(
      "      - name: InstallApp\n        action: ExecuteBash\n        inputs:\n          commands:\n            - |\n  "
      "            set -e\n");
  const std::string line = "              install -m 0644 /tmp/app/app.conf /etc/app/app.conf\n";
  while (text.size() < characters)
    text += line;
  return text;
}

/// Bad documents that are too long to be files, by rule.
const std::map<std::string, std::string> long_documents = {{"near-inline-limit", document_with_script_of(15'000)},
                                                           {"over-inline-limit", document_with_script_of(20'000)},
                                                           {"document-too-large", document_with_script_of(70'000)}};

/// What is wrong with these are values that the document is given, by rule.
const std::map<std::string, ParameterValues> given_values = {{"constant-override", {{"InstallDir", "/srv/app"}}}};

LintedFile lint_bad_case(const std::string& rule, const fs::path& path) {
  const auto made = long_documents.find(rule);
  const std::string text = made != long_documents.end() && !fs::exists(path) ? made->second : read_file(path);
  LintSettings settings;
  settings.folder = path.parent_path();
  if (const auto values = given_values.find(rule); values != given_values.end()) settings.parameters = values->second;
  if (is_shell_rule(rule)) return testing::lint_scripts(path.filename().string(), text, false, settings);
  return testing::lint_text(path.filename().string(), text, settings);
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

// The folders reboot-in-script and reboot-loop show RESUME-7 and EMU-REBOOT-10, failure-unnoticed GOTCHA-3,
// temporary-file-lost GOTCHA-12, phase-never-runs SVC-82, validate-before-build SVC-85, container-without-init SVC-86,
// removed-by-cleanup and cleanup-mark-removed SVC-87.
TEST_P(RuleFixture, FindsWhatIsBad) {
  std::vector<fs::path> cases = cases_of(GetParam(), "bad");
  if (cases.empty() && long_documents.contains(GetParam())) cases = {rules_folder / GetParam() / "bad.yml"};
  EXPECT_FALSE(cases.empty());
  for (const fs::path& path : cases) {
    const LintedFile file = lint_bad_case(GetParam(), path);
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
  for (const DiagnosticCode* rule : all_rules()) {
    EXPECT_TRUE(known.contains(rule->name)) << rule->name;
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
