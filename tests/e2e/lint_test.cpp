#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string good = R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: List, action: ExecuteBash, inputs: {commands: [ls]}}
)";
const std::string misspelt = R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: List, action: ExecuteBsh, inputs: {commands: [ls]}}
)";
const std::string warned = R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: List, action: ExecuteBash, inputs: {commands: [ls], owner: me}}
      - {name: Again, action: ExecuteBash, inputs: {commands: [ls], owner: me}}
)";

/// The linter as a program; no engine is needed.
class LintTest : public RunTest {
 protected:
  /// Runs ibtest with a text on its standard input.
  [[nodiscard]] ProgramResult with_input(const std::string& input, const std::string& arguments) const {
    write("input", input);
    return tool({"bash", "-c", std::string(IBTEST_BIN) + "/ibtest " + arguments + " < input"});
  }
};

TEST_F(LintTest, ExitStatusIsThatOfTheWorstFinding) {
  write("good.yml", good);
  write("misspelt.yml", misspelt);
  write("warned.yml", warned);
  const ProgramResult fine = ibtest({"lint", "good.yml"});
  EXPECT_EQ(fine.status, 0);
  EXPECT_EQ(fine.output, "");
  EXPECT_EQ(fine.errors, "nothing found in 1 component document\n");
  const ProgramResult wrong = ibtest({"lint", "good.yml", "misspelt.yml"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_EQ(wrong.output,
            "misspelt.yml:5:30: error: there is no action `ExecuteBsh` [unknown-action]\n"
            "    5 |       - {name: List, action: ExecuteBsh, inputs: {commands: [ls]}}\n"
            "      |                              ^~~~~~~~~~\n"
            "      = did you mean `ExecuteBash`?\n");
  EXPECT_EQ(wrong.errors, "1 error in 2 component documents\n");
  EXPECT_EQ(ibtest({"lint", "warned.yml"}).status, 0);
  EXPECT_EQ(ibtest({"lint", "warned.yml", "--severity", "unknown-input=error"}).status, 1);
  EXPECT_EQ(ibtest({"lint", "misspelt.yml", "--severity", "unknown-action=hint"}).status, 0);
  EXPECT_EQ(ibtest({"lint", "misspelt.yml", "--severity", "unknown-action=off"}).output, "");
  EXPECT_EQ(ibtest({"lint", "warned.yml", "--max-warnings", "2"}).status, 0);
  const ProgramResult many = ibtest({"lint", "warned.yml", "--max-warnings", "1"});
  EXPECT_EQ(many.status, 1);
  EXPECT_THAT(many.errors, HasSubstr("more than 1 warnings are not allowed"));
  EXPECT_EQ(ibtest({"lint", "."}).status, 1);
}

TEST_F(LintTest, WhatCannotBeLintedIsStatus2) {
  write("good.yml", good);
  write("other.yml", "services: {}\n");
  struct Case {
    std::vector<std::string> arguments;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"lint"}, "nothing to lint was given"},
      {{"lint", "god.yml"}, "god.yml: No such file or directory; did you mean `good.yml`?"},
      {{"lint", "good.yml", "other.yml"}, "other.yml: this is no component document"},
      {{"lint", "none*"}, "no file matches none*"},
      {{"lint", ""}, "a path is empty"},
      {{"lint", "good.yml", "--format", "srif"}, "did you mean `sarif`?"},
      {{"lint", "good.yml", "--severity", "unknown-action"}, "write --severity RULE=LEVEL"},
      {{"lint", "good.yml", "--severity", "unknown-acton=off"}, "did you mean `unknown-action`?"},
      {{"lint", "good.yml", "--severity", "unknown-action=of"}, "did you mean `off`?"},
      {{"lint", "good.yml", "--max-warnings", "-1"}, "--max-warnings"},
      {{"lint", "good.yml", "--platform", "linus"}, "did you mean `linux`?"},
      {{"lint", "good.yml", "--param", "Version=2"}, "no document declares a parameter Version"},
      {{"lint", "good.yml", "--fix", "--diff"}, "exclude each other"},
      {{"lint", "-", "--fix"}, "--fix cannot change standard input"},
      {{"lint", "good.yml", "--diff", "--format", "json"}, "--diff has a format of its own"},
      {{"lint", "good.yml", "--stdin-filename", "x"}, "`-` is not among the paths"},
      {{"lint", "--explain", "unknown-acton"}, "did you mean `unknown-action`?"},
      {{"lint", "--explain", "unknown-action", "good.yml"}, "take no files"},
      {{"lint", "good.yml", "--fixx"}, "did you mean `--fix`?"},
  };
  for (const Case& one : cases) {
    const ProgramResult result = ibtest(one.arguments);
    EXPECT_EQ(result.status, 2) << one.message;
    EXPECT_THAT(result.errors, HasSubstr(one.message));
    EXPECT_EQ(result.output, "") << one.message;
  }
  write("empty/other.yml", "");
  std::filesystem::create_directory(folder_ / "empty");
  write("empty/other.yml", "services: {}\n");
  const ProgramResult nothing = ibtest({"lint", "empty"});
  EXPECT_EQ(nothing.status, 2);
  EXPECT_THAT(nothing.errors, HasSubstr("there is no component document to lint"));
  write("empty/.ibtest.yml", "ignore: [ '*.yml' ]\n");
  const ProgramResult ignored = ibtest({"lint", "empty"});
  EXPECT_EQ(ignored.status, 0);
  EXPECT_EQ(ignored.errors, "all files are ignored by .ibtest.yml\n");
  write("empty/.ibtest.yml", "ignor: []\n");
  EXPECT_THAT(ibtest({"lint", "empty"}).errors, HasSubstr("empty/.ibtest.yml:1:1: there is no setting `ignor`"));
}

// What pre-commit runs: the entry of .pre-commit-hooks.yaml, with all files of a change behind it.
TEST_F(LintTest, IsAHookThatIsGivenAllFilesOfAChange) {
  write("good.yml", good);
  write("misspelt.yml", misspelt);
  write("package.json", R"({"name": "website"})");
  write("workflow.yml", "on: push\njobs: {}\n");
  const std::string hooks = tool({"cat", IBTEST_SOURCE "/.pre-commit-hooks.yaml"}).output;
  const std::string key = "  entry: ibtest ";
  const std::size_t begin = hooks.find(key);
  ASSERT_NE(begin, std::string::npos);
  const std::string entry = hooks.substr(begin + key.size(), hooks.find('\n', begin) - begin - key.size());
  const auto hook = [&](const std::string& files) {
    return tool({"bash", "-c", std::string(IBTEST_BIN) + "/ibtest " + entry + " " + files});
  };
  EXPECT_EQ(hook("good.yml package.json workflow.yml").status, 0);
  EXPECT_EQ(hook("package.json workflow.yml").status, 0);
  const ProgramResult bad = hook("good.yml misspelt.yml workflow.yml");
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.output, HasSubstr("misspelt.yml:5:30: error: there is no action `ExecuteBsh`"));
  EXPECT_EQ(hook("nowhere.yml").status, 2);
}

TEST_F(LintTest, UnreadableFilesAreNamedAndTheOthersLinted) {
  write("misspelt.yml", misspelt);
  const ProgramResult result = ibtest({"lint", "misspelt.yml", "/proc/self/mem"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.output, HasSubstr("[unknown-action]"));
  EXPECT_THAT(result.errors, HasSubstr("/proc/self/mem"));
}

TEST_F(LintTest, ReadsStandardInput) {
  const ProgramResult result = with_input(misspelt, "lint -");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.output, HasSubstr("<stdin>:5:30: error:"));
  EXPECT_THAT(with_input(misspelt, "lint --stdin-filename dir/a.yml -").output, HasSubstr("dir/a.yml:5:30: error:"));
  EXPECT_THAT(with_input(misspelt, "lint - --diff").output, HasSubstr("+      - {name: List, action: ExecuteBash,"));
  EXPECT_EQ(with_input(good, "lint -").status, 0);
  EXPECT_EQ(with_input("", "lint -").status, 1);
  // A configuration applies as to a file of that name.
  std::filesystem::create_directory(folder_ / "dir");
  write("dir/.ibtest.yml", "severity: { unknown-action: off }\n");
  EXPECT_EQ(with_input(misspelt, "lint --stdin-filename dir/a.yml -").status, 0);
}

TEST_F(LintTest, FixesInPlaceAndShowsThemBefore) {
  write("misspelt.yml", misspelt);
  ::chmod((folder_ / "misspelt.yml").c_str(), 0640);
  std::filesystem::create_symlink("misspelt.yml", folder_ / "link.yml");
  const ProgramResult shown = ibtest({"lint", "--diff", "misspelt.yml"});
  EXPECT_EQ(shown.status, 1);
  EXPECT_EQ(content("misspelt.yml"), misspelt);
  write("fix.patch", shown.output);
  EXPECT_EQ(tool({"bash", "-c", "cp misspelt.yml patched.yml && patch -s patched.yml fix.patch"}).status, 0);
  const ProgramResult fixed = ibtest({"lint", "--fix", "link.yml"});
  EXPECT_EQ(fixed.status, 0) << fixed.errors;
  EXPECT_EQ(fixed.output, "");
  EXPECT_EQ(fixed.errors, "1 finding fixed, nothing found in 1 component document\n");
  EXPECT_EQ(content("misspelt.yml"), good);
  EXPECT_EQ(content("patched.yml"), good);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link.yml"));
  struct stat information {};
  ASSERT_EQ(::stat((folder_ / "misspelt.yml").c_str(), &information), 0);
  EXPECT_EQ(information.st_mode & 07777U, 0640U);
  expect_nothing_created({"misspelt.yml", "link.yml", "fix.patch", "patched.yml"});
  EXPECT_EQ(ibtest({"lint", "--diff", "misspelt.yml"}).output, "");
}

TEST_F(LintTest, FormatsAreWhatTheirReadersTake) {
  write("misspelt.yml", misspelt);
  write("w \xC3\xA9%.yml", warned);
  const json report = json::parse(ibtest({"lint", ".", "--format", "json"}).output);
  EXPECT_EQ(report["errors"], 1);
  EXPECT_EQ(report["warnings"], 2);
  EXPECT_EQ(report["findings"][0]["rule"], "unknown-action");
  EXPECT_THAT(ibtest({"lint", ".", "--format", "github"}).output,
              HasSubstr("::error file=misspelt.yml,line=5,col=30,"));
  write("junit.xml", ibtest({"lint", ".", "--format", "junit"}).output);
  EXPECT_EQ(tool({"xmllint", "--noout", "junit.xml"}).status, 0);
}

TEST_F(LintTest, SarifFollowsItsSchema) {
  const std::string source = IBTEST_SOURCE;
  const auto validate = [&](const std::string& log) {
    write("log.sarif", log);
    return tool({"node", source + "/tests/servers/validate-sarif.mjs", source + "/build/servers",
                 (folder_ / "log.sarif").string()});
  };
  for (const char* paths : {"lint-report", "lint-hosts", "documents/invalid", "lint"}) {
    const ProgramResult lint = ibtest({"lint", "--format", "sarif", std::string(IBTEST_FIXTURES) + "/" + paths});
    const ProgramResult result = validate(lint.output);
    EXPECT_EQ(result.output, "valid\n") << paths << result.errors;
  }
  write("empty.yml", "");
  EXPECT_EQ(validate(ibtest({"lint", "--format", "sarif", "empty.yml", "nosuch.yml"}).output).output, "valid\n");
  // The validator does refuse.
  EXPECT_THAT(validate(R"({"version": "2.1.0", "runs": [{"results": []}]})").output, HasSubstr("tool"));
}

TEST_F(LintTest, ChecksShellScriptsWithShellCheckWhereItIs) {
  write("script.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: List, action: ExecuteBash, inputs: {commands: [ls $1]}}
)");
  const ProgramResult found = ibtest({"lint", "script.yml"});
  EXPECT_EQ(found.status, 0);
  EXPECT_THAT(found.output, testing::StartsWith("script.yml:5:66: hint: "));
  EXPECT_THAT(found.output, HasSubstr(" [SC2086]\n"));
  EXPECT_THAT(found.output, HasSubstr("      = see https://www.shellcheck.net/wiki/SC2086\n"));
  EXPECT_EQ(found.errors, "1 hint in 1 component document\n");
  EXPECT_EQ(ibtest({"lint", "script.yml", "--severity", "SC2086=error"}).status, 1);
  EXPECT_EQ(ibtest({"lint", "script.yml", "--severity", "SC2086=off"}).output, "");
  EXPECT_EQ(ibtest({"lint", "script.yml", "--no-shellcheck"}).output, "");
  const json log = json::parse(ibtest({"lint", "script.yml", "--format", "sarif"}).output);
  EXPECT_EQ(log["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"], "https://www.shellcheck.net/wiki/SC2086");
  // A program of that name that fails is said, and the rest is done.
  std::filesystem::create_directory(folder_ / "programs");
  write("programs/shellcheck", "#!/bin/sh\necho 'no such option' >&2; exit 3\n");
  ::chmod((folder_ / "programs/shellcheck").c_str(), 0755);
  const std::string path = "PATH=" + (folder_ / "programs").string() + ":" + std::getenv("PATH");
  const ProgramResult without = ibtest({"lint", "script.yml"}, {path});
  EXPECT_EQ(without.status, 0);
  EXPECT_EQ(without.errors,
            "warning: shellcheck failed with status 3: no such option; without it, bash scripts are checked for their "
            "syntax only\nnothing found in 1 component document\n");
}

TEST_F(LintTest, ExplainsItsRules) {
  EXPECT_THAT(ibtest({"lint", "--explain", "SC2086"}).output, HasSubstr("https://www.shellcheck.net/wiki/SC2086"));
  EXPECT_THAT(ibtest({"lint", "--explain", "shell-syntax"}).output, HasSubstr("bad.yml:14:"));
  const ProgramResult one = ibtest({"lint", "--explain", "useless-suppression"});
  EXPECT_EQ(one.status, 0);
  EXPECT_THAT(one.output, HasSubstr("A comment suppresses a finding that is not there."));
  const ProgramResult all = ibtest({"lint", "--rules"});
  EXPECT_EQ(all.status, 0);
  EXPECT_THAT(all.output, HasSubstr("unknown-action"));
}

TEST_F(LintTest, SaysSoWhenItsOutputCannotBeWritten) {
  write("misspelt.yml", misspelt);
  const ProgramResult result = tool({"bash", "-c", std::string(IBTEST_BIN) + "/ibtest lint misspelt.yml > /dev/full"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("No space left on device"));
}

TEST_F(LintTest, AFileThatCannotBeReplacedStaysAsItWas) {
  // A file of a read-only file system, even for root.
  write("misspelt.yml", misspelt);
  const ProgramResult result = tool({"unshare", ::geteuid() == 0 ? "--mount" : "-rm", "bash", "-c",
                                     "mount --bind . . && mount -o remount,bind,ro . && cd . && cd \"$PWD\" && " +
                                         std::string(IBTEST_BIN) + "/ibtest lint --fix misspelt.yml"});
  EXPECT_EQ(result.status, 2) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("misspelt.yml"));
  EXPECT_EQ(content("misspelt.yml"), misspelt);
}

}  // namespace
}  // namespace ibtest
