#include "runner/lint/lint_files.hpp"

#include <sstream>

#include <gmock/gmock.h>

#include "agent/protocol/fault.hpp"
#include "runner/lint/lint_configuration.hpp"
#include "runner/lint/lint_input.hpp"
#include "runner/lint/path_pattern.hpp"
#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::LintFolder;
using testing::with_steps;

const std::string good = with_steps(testing::good_step);
const std::string bad = with_steps("      - { name: List, action: ExecuteBsh, inputs: { commands: [ ls ] } }\n");

std::vector<std::string> paths(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  for (const LintInput& input : find_lint_inputs(arguments))
    result.push_back(input.path + (input.named ? " named" : ""));
  return result;
}

/// The Fault's message and remedy in one.
template <typename Call>
std::string refusal(const Call& call) {
  try {
    static_cast<void>(call());
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
    return fault.message() + " | " + fault.remedy();
  }
  return "";
}

LintResult lint(const std::vector<std::string>& arguments, const LintSettings& settings = {},
                const std::string& input = "") {
  std::istringstream stream(input);
  return lint_files({arguments, "<stdin>", settings}, stream);
}

TEST(LintInput, FindsFilesFoldersAndPatterns) {
  const LintFolder folder;
  for (const char* name : {"a.yml", "b.yaml", "c.json", "d.template", "e.txt", "sub/f.yml", "sub/deep/g.yml",
                           ".git/h.yml", "build/i.yml", "sub/node_modules/j.yml", ".ibtest/k.yml", ".github/l.yml"})
    folder.write(name, good);
  EXPECT_THAT(paths({"."}),
              ElementsAre(".github/l.yml", "a.yml", "b.yaml", "c.json", "d.template", "sub/deep/g.yml", "sub/f.yml"));
  EXPECT_THAT(paths({"sub"}), ElementsAre("sub/deep/g.yml", "sub/f.yml"));
  EXPECT_THAT(paths({"sub", "sub/", "./sub/f.yml", "sub/f.yml"}), ElementsAre("sub/deep/g.yml", "sub/f.yml named"));
  EXPECT_THAT(paths({"build"}), ElementsAre("build/i.yml"));
  EXPECT_THAT(paths({"e.txt", "nosuch.yml"}), ElementsAre("e.txt named", "nosuch.yml named"));
  EXPECT_THAT(paths({"*.y*ml"}), ElementsAre("a.yml", "b.yaml"));
  EXPECT_THAT(paths({"**/*.yml"}), ElementsAre(".github/l.yml", "a.yml", "sub/deep/g.yml", "sub/f.yml"));
  EXPECT_THAT(paths({"sub/**"}), ElementsAre("sub/deep/g.yml", "sub/f.yml"));
  EXPECT_THAT(paths({folder.path().string() + "/s?b/[fg].yml"}), ElementsAre(folder.path().string() + "/sub/f.yml"));
  EXPECT_THAT(refusal([] { return find_lint_inputs({"*.yaml.bak"}); }), HasSubstr("no file matches *.yaml.bak"));
  EXPECT_THAT(refusal([] { return find_lint_inputs({"none/*.yml"}); }), HasSubstr("no file matches none/*.yml"));
}

TEST(LintInput, TakesNamesWithWildcardsAndFollowsNoLinksToFolders) {
  const LintFolder folder;
  folder.write("a[1].yml", good);
  folder.write("sub/b.yml", good);
  folder.write("-", good);
  EXPECT_THAT(paths({"-", "./-"}), ElementsAre("- named", "./- named"));
  std::filesystem::create_directory_symlink("..", "sub/up");
  std::filesystem::create_symlink("b.yml", "sub/link.yml");
  std::filesystem::create_symlink("gone.yml", "sub/dangling.yml");
  EXPECT_THAT(paths({"a[1].yml"}), ElementsAre("a[1].yml named"));
  EXPECT_THAT(paths({"sub"}), ElementsAre("sub/b.yml", "sub/link.yml"));
}

TEST(PathPattern, Matches) {
  EXPECT_TRUE(matches_path("a/*.yml", "a/b.yml"));
  EXPECT_FALSE(matches_path("a/*.yml", "a/b/c.yml"));
  EXPECT_TRUE(matches_path("a/**/c.yml", "a/c.yml"));
  EXPECT_TRUE(matches_path("a/**/c.yml", "a/x/y/c.yml"));
  EXPECT_FALSE(matches_path("a/**/c.yml", "b/c.yml"));
  EXPECT_TRUE(matches_path("**/**/**/**/**/**/**/**/x", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/x"));
  EXPECT_FALSE(matches_path("**/a/**/a/**/a/**/b", std::string(2000, 'a') + "/" + "a/a/a/a/a/a/a/a/a/a/a/a/a/a/c"));
  EXPECT_TRUE(ignores_path("old.yml", "x/old.yml"));
  EXPECT_TRUE(ignores_path("old/", "x/old/y.yml"));
  EXPECT_TRUE(ignores_path("x/old", "x/old/deep/y.yml"));
  EXPECT_TRUE(ignores_path("/x/*.yml", "x/y.yml"));
  EXPECT_FALSE(ignores_path("x/old", "y/x/old/z.yml"));
  EXPECT_TRUE(ignores_path("**/old", "y/x/old/z.yml"));
  EXPECT_FALSE(ignores_path("/", "x.yml"));
}

TEST(LintFiles, KeepsTheOrderOfPathsWhateverFinishesFirst) {
  const LintFolder folder;
  for (int number = 0; number < 200; ++number) {
    char name[16];
    std::snprintf(name, sizeof name, "%03d.yml", number);
    folder.write(name, number % 3 == 0 ? bad : good);
  }
  const LintResult result = lint({"."});
  ASSERT_EQ(result.files.size(), 200U);
  for (std::size_t number = 0; number < 200; ++number) {
    EXPECT_EQ(std::stoul(result.files[number].source->name()), number);
    EXPECT_EQ(result.files[number].findings.size(), number % 3 == 0 ? 1U : 0U);
  }
  EXPECT_EQ(result.component_count(), 200U);
  EXPECT_EQ(result.count(Severity::error), 67U);
}

TEST(LintFiles, NamesWhatItCannotReadAndGoesOn) {
  const LintFolder folder;
  folder.write("a.yml", bad);
  folder.write("b.yml", "a: 1\n");
  folder.write("c.yml", "version: 0.2\nphases: { build: { commands: [ ls ] } }\n");
  const LintResult result = lint({"a.yml", "b.yml", "c.yml", "aa.yml"});
  EXPECT_EQ(result.files.size(), 1U);
  EXPECT_THAT(result.problems,
              ElementsAre("aa.yml: No such file or directory; did you mean `a.yml`?",
                          "b.yml: this is no component document: it has neither `schemaVersion` nor `phases`",
                          "c.yml: this is a CodeBuild build specification, no component document"));
  EXPECT_THAT(lint({"."}).problems, IsEmpty());
}

TEST(LintFiles, ReadsStandardInput) {
  const LintResult result = lint({"-"}, {}, bad);
  ASSERT_EQ(result.files.size(), 1U);
  EXPECT_EQ(result.files[0].source->name(), "<stdin>");
  EXPECT_EQ(result.files[0].findings.size(), 1U);
}

TEST(LintFiles, ChecksGivenParameters_VAR_4_VAR_5_VAR_15) {
  const LintFolder folder;
  folder.write("a.yml",
               "parameters:\n  - Size: { type: string, allowedValues: [ small, large ] }\nconstants:\n"
               "  - Port: { type: string, value: 80 }\n" +
                   good);
  LintSettings settings;
  settings.severities = {{"unused-variable", std::nullopt}};
  EXPECT_THAT(testing::codes(lint({"a.yml"}, settings).files[0]), ElementsAre("parameter-without-default"));
  settings.parameters = {{"Size", "small"}};
  EXPECT_THAT(testing::codes(lint({"a.yml"}, settings).files[0]), IsEmpty());
  settings.parameters = {{"Size", "lrage"}, {"Port", "81"}};
  EXPECT_THAT(testing::codes(lint({"a.yml"}, settings).files[0]),
              ElementsAre("value-not-allowed", "constant-override"));
  EXPECT_THAT(lint({"a.yml"}).files[0].declared_parameters, ElementsAre("Size", "Port"));
}

TEST(LintConfiguration, IsTheNearestAboveTheFile) {
  const LintFolder folder;
  folder.write(".ibtest.yml", "severity:\n  unknown-action: warning\nignore: [ old ]\n");
  folder.write("a.yml", bad);
  folder.write("old/b.yml", bad);
  folder.write("sub/deep/c.yml", bad);
  folder.write("windows/.ibtest.yml", "platform: windows\n");
  folder.write("windows/d.yml", good);
  const LintResult result = lint({"."});
  ASSERT_EQ(result.files.size(), 3U);
  EXPECT_EQ(result.ignored, 1U);
  EXPECT_EQ(result.files[0].findings.at(0).severity, Severity::warning);
  EXPECT_EQ(result.files[1].findings.at(0).severity, Severity::warning);
  EXPECT_THAT(testing::codes(result.files[2]), ElementsAre("action-platform"));
  EXPECT_EQ(lint({"old/b.yml"}).ignored, 1U);
  LintSettings settings;
  settings.severities["unknown-action"] = std::nullopt;
  settings.platform = Platform::linux_os;
  for (const LintedFile& file : lint({"."}, settings).files)
    EXPECT_THAT(file.findings, IsEmpty()) << file.source->name();
}

TEST(LintConfiguration, RefusesMistakesWithTheirPlace) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"severty: {}\n", ".ibtest.yml:1:1: there is no setting `severty` | did you mean `severity`?"},
      {"severity: [ a ]\n", ".ibtest.yml:1:11: `severity` must be a mapping"},
      {"severity:\n  unknown-imput: error\n",
       ".ibtest.yml:2:3: there is no rule `unknown-imput` | did you mean `unknown-input`?"},
      {"severity: { unknown-input: eror }\n", ".ibtest.yml:1:28: a severity cannot be `eror` | did you mean `error`?"},
      {"severity: { unknown-input: }\n", ".ibtest.yml:1:"},
      {"platform: Windwos\n", ".ibtest.yml:1:11: `platform` cannot be `Windwos` | did you mean `windows`?"},
      {"ignore: old\n", ".ibtest.yml:1:9: `ignore` must be a list of patterns"},
      {"ignore: [ [ a ] ]\n", ".ibtest.yml:1:11: a pattern must be a text"},
      {"a: 'b\n", ".ibtest.yml:1:4: this quote is never closed"},
      {"- a\n", ".ibtest.yml: this is no mapping"},
  };
  const LintFolder folder;
  folder.write("a.yml", good);
  for (const Case& one : cases) {
    folder.write(".ibtest.yml", one.text);
    EXPECT_THAT(refusal([] { return lint({"a.yml"}); }), HasSubstr(one.message)) << one.text;
  }
  folder.write(".ibtest.yml", "# nothing yet\n");
  EXPECT_EQ(refusal([] { return lint({"a.yml"}); }), "");
}

}  // namespace
}  // namespace ibtest
