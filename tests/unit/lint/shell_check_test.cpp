#include "runner/lint/shell_check.hpp"

#include <cstdlib>
#include <sstream>

#include <gmock/gmock.h>

#include "runner/lint/lint_files.hpp"
#include "runner/lint/shell_output.hpp"
#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

using testing::codes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::lint_scripts;
using testing::LintFolder;
using ::testing::StartsWith;

/// A document with one step that has these lines as a block text; they begin at 10:15.
std::string with_script(const std::vector<std::string>& lines) {
  std::string text = testing::with_steps(
      "      - name: One\n        action: ExecuteBash\n        inputs:\n          commands:\n            - |\n");
  for (const std::string& line : lines)
    text += "              " + line + "\n";
  return text;
}

std::string with_parameter(const std::string& document) {
  return "parameters:\n  - Name: { type: string, default: x }\n" + document;
}

/// "SC2086 warning 10:20-10:22"
std::vector<std::string> places(const LintedFile& file) {
  std::vector<std::string> result;
  for (const Diagnostic& finding : file.findings) {
    std::ostringstream text;
    text << finding.code << " " << severity_name(finding.severity) << " " << finding.range.begin.line << ":"
         << finding.range.begin.column << "-" << finding.range.end.line << ":" << finding.range.end.column;
    result.push_back(text.str());
  }
  return result;
}

/// PATH while the value lives.
class SearchPath {
 public:
  explicit SearchPath(const std::string& path) : before_(std::getenv("PATH")) { ::setenv("PATH", path.c_str(), 1); }
  SearchPath(const SearchPath&) = delete;
  SearchPath& operator=(const SearchPath&) = delete;
  ~SearchPath() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

/// A folder in PATH with a program called shellcheck that does that.
class ShellCheckThat {
 public:
  explicit ShellCheckThat(const std::string& script)
      : path_(folder_.path().string() + ":" + std::string(std::getenv("PATH"))) {
    folder_.write("shellcheck", "#!/bin/bash\n" + script + "\n");
    std::filesystem::permissions(folder_.path() / "shellcheck", std::filesystem::perms::owner_all);
  }

 private:
  LintFolder folder_;
  SearchPath path_;
};

LintResult lint(const ShellCheckOptions& options = {}, FixMode fix = FixMode::none) {
  std::istringstream stream;
  return lint_files({{"."}, "<stdin>", {}, fix, options}, stream);
}

TEST(ShellCheck, FindingsPointIntoTheDocument) {
  EXPECT_THAT(places(lint_scripts("a.yml", with_script({"ls $1", "a=1", "\techo \"\u00e9\" $PATH; rm -rf $2"}), true)),
              ElementsAre("SC2086 hint 10:18-10:20", "SC2034 warning 11:15-11:16", "SC2086 hint 12:25-12:30",
                          "SC2086 hint 12:39-12:41"));
}

TEST(ShellCheck, SeesAllCommandsOfAStepAsOneScript_GOTCHA_1) {
  const std::string document = testing::with_steps(
      "      - name: One\n        action: ExecuteBash\n        inputs:\n          commands:\n"
      "            - name='a b'\n            - 'echo ''it''; ls $name'\n            - ls $other\n"
      "      - { name: Two, action: ExecuteBash, inputs: { commands: [ 'echo \"$name\"' ] } }\n");
  EXPECT_THAT(places(lint_scripts("a.yml", document, true)),
              ElementsAre("SC2086 hint 10:32-10:37", "SC2086 hint 11:18-11:24", "SC2154 warning 11:18-11:24",
                          "SC2154 warning 12:72-12:77"));
}

TEST(ShellCheck, AParseErrorIsAnErrorIfBashRefusesItToo) {
  const std::vector<std::string> found = places(lint_scripts("a.yml", with_script({"if true", "fi"}), true));
  EXPECT_THAT(found, ::testing::Contains(StartsWith("SC1049 error 10:15")));
  EXPECT_THAT(found, ::testing::Not(::testing::Contains(StartsWith("shell-syntax"))));
  // Bash takes this for the name of a command.
  EXPECT_THAT(places(lint_scripts("a.yml", with_script({"x = 1", "if [1 = 2 ]; then ls; fi"}), true)),
              ::testing::Each(::testing::Not(HasSubstr(" error "))));
}

TEST(ShellCheck, LeavesOutWhatSaysNothingAboutExecuteBash) {
  EXPECT_THAT(
      codes(lint_scripts(
          "a.yml", with_script({"ls", "#!/bin/sh", ". /etc/os-release", ". \"$PWD/.bashrc\"", "echo \"$VERSION_ID\""}),
          true)),
      IsEmpty());
}

TEST(ShellCheck, SaysNothingAboutReferences_VAR_7) {
  EXPECT_THAT(
      codes(lint_scripts(
          "a.yml",
          with_parameter(with_script({"for x in {{ Name }}; do echo \"$x\"; done", "[ {{ Name }} = prod ] && ls",
                                      "if [[ {{ Name }} -gt 3 ]]; then ls; fi", "if [ -n '{{ Name }}' ]; then ls; fi",
                                      "case {{ Name }} in a) ls ;; esac", "echo $(( {{ Name }} + 1 ))",
                                      "[ \"{{ Name }}\" ] && ls", "{{ Name }}=1", "exit {{ Name }}"})),
          true)),
      IsEmpty());
  EXPECT_THAT(
      codes(lint_scripts("a.yml", with_parameter(with_script({"v={{ Name }}", "[ a = b ]", "cd {{ Name }}"})), true)),
      ElementsAre("SC2034", "SC2050", "SC2164"));
}

TEST(ShellCheck, FindingsAreSuppressed) {
  const std::string ours = " # ibtest: ignore SC2086 -- words";
  EXPECT_THAT(codes(lint_scripts("a.yml", with_script({"ls $1" + ours}), true)), IsEmpty());
  EXPECT_THAT(codes(lint_scripts("a.yml", with_script({"# shellcheck disable=SC2086", "ls $1"}), true)), IsEmpty());
  const std::string useless = with_script({"ls" + ours});
  EXPECT_THAT(codes(lint_scripts("a.yml", useless, true)), ElementsAre("useless-suppression"));
  // Where nobody has looked, nobody knows.
  EXPECT_THAT(codes(lint_scripts("a.yml", useless, false)), IsEmpty());
  EXPECT_THAT(codes(testing::lint_text("a.yml", useless)), IsEmpty());
  const LintedFile misspelt = testing::lint_text("a.yml", with_script({"ls # ibtest: ignore sc2086 -- words"}));
  ASSERT_THAT(codes(misspelt), ElementsAre("suppression-unknown-rule"));
  EXPECT_EQ(misspelt.findings[0].suggestion, "did you mean `SC2086`?");
}

TEST(ShellCheck, SeveritiesAreSetAsThoseOfOtherRules) {
  LintSettings settings;
  settings.severities = {{"SC2086", Severity::error}, {"SC2154", std::nullopt}};
  EXPECT_THAT(places(lint_scripts("a.yml", with_script({"ls $a"}), true, settings)),
              ElementsAre("SC2086 error 10:18-10:20"));
}

TEST(ShellCheck, FindsInTemplatesWhatIsKnown) {
  const std::string before =
      "Resources:\n  A:\n    Type: AWS::ImageBuilder::Component\n    Properties:\n      Platform: Linux\n      Data: "
      "!Sub |\n"
      "        schemaVersion: 1.0\n        phases:\n          - name: build\n            steps:\n"
      "              - name: One\n                action: ExecuteBash\n                inputs:\n"
      "                  commands:\n                    - |\n";
  const std::string line = "                      ";
  EXPECT_THAT(places(lint_scripts("a.yml", before + line + "[ ${Env} = prod ] && ls $1\n", true)),
              ElementsAre("SC2086 hint 16:47-16:49"));
  // The line that is not known may hold a command.
  const std::string unknown = before + line + "if true; then\n" + line + "${Commands}\n" + line + "fi\n";
  EXPECT_THAT(codes(lint_scripts("a.yml", unknown, true)), IsEmpty());
  EXPECT_THAT(codes(lint_scripts("a.yml", unknown, false)), IsEmpty());
}

TEST(ShellSyntax, IsCheckedByBashAlone) {
  EXPECT_THAT(places(lint_scripts("a.yml", with_script({"ls $1", "  fi", "ls"}), false)),
              ElementsAre("shell-syntax error 11:17-11:19"));
  const LintedFile open = lint_scripts("a.yml", with_script({"if true; then", "  ls"}), false);
  EXPECT_THAT(places(open), ElementsAre(StartsWith("shell-syntax error 11:")));
  EXPECT_THAT(open.findings[0].message, HasSubstr("syntax error: unexpected end of file"));
  EXPECT_THAT(codes(lint_scripts("a.yml", with_script({"cat <<EOF", "never ended"}), false)), IsEmpty());
  EXPECT_THAT(codes(lint_scripts("a.yml", with_script({"fi # ibtest: ignore shell-syntax -- a test"}), false)),
              IsEmpty());
}

TEST(ShellSyntax, ScriptsAreNotRun) {
  const LintFolder folder;
  const std::string file = (folder.path() / "made").string();
  EXPECT_THAT(codes(lint_scripts("a.yml", with_script({"touch " + file, "set +n", "touch " + file, "fi"}), false)),
              ElementsAre("shell-syntax"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

// Scripts are read together, but each for itself.
TEST(ShellSyntax, MistakesInTwoScriptsDoNotMakeUpForEachOther) {
  const std::vector<std::pair<std::string, std::string>> pairs = {{"if true; then", "fi"},
                                                                  {"echo 'a", "b'"},
                                                                  {"echo \"a", "b\""},
                                                                  {"{ echo", "}"},
                                                                  {"( echo", ")"},
                                                                  {"x=$(echo", ")"},
                                                                  {"x=${y", "}"},
                                                                  {"x=`echo", "`"},
                                                                  {"case a in", "a) ;; esac"},
                                                                  {"while true; do", "done"},
                                                                  {"echo; ) }", "f() { ("},
                                                                  {"[[ a", "]]"},
                                                                  {"echo a; fi # it's", "fi \\"},
                                                                  {"f() {", "}"},
                                                                  {"a=(b", ")"},
                                                                  {"cat <<E; fi", "E; fi"}};
  for (const auto& [first, second] : pairs) {
    std::string text = with_script({first});
    text += "      - name: Two\n        action: ExecuteBash\n        inputs:\n          commands:\n            - |\n";
    text += "              " + second + "\n";
    const LintedFile file = lint_scripts("a.yml", text, false);
    EXPECT_THAT(codes(file), ElementsAre("shell-syntax", "shell-syntax")) << first << " / " << second;
  }
}

TEST(LintFiles, ChecksManyScriptsOnceEach) {
  const LintFolder folder;
  for (int number = 0; number < 120; ++number)
    folder.write(std::to_string(number) + ".yml", with_script({"ls $1", "echo " + std::to_string(number / 2)}));
  folder.write("other.yml", testing::with_steps(testing::good_step));
  const LintResult result = lint();
  EXPECT_EQ(result.shell_problem, "");
  EXPECT_EQ(result.count(Severity::hint), 120U);
  EXPECT_EQ(result.files.size(), 121U);
}

TEST(LintFiles, ChecksScriptsAsTheyAreAfterFixes) {
  const LintFolder folder;
  folder.write("a.yml",
               testing::with_steps("      - { name: One, action: ExecuteBsh, inputs: { commands: [ 'ls $1' ] } }\n"));
  EXPECT_THAT(codes(lint().files.at(0)), ElementsAre("unknown-action"));
  EXPECT_THAT(codes(lint({}, FixMode::compare).files.at(0)), ElementsAre("unknown-action"));
  const LintResult fixed = lint({}, FixMode::apply);
  EXPECT_THAT(codes(fixed.files.at(0)), ElementsAre("SC2086"));
  EXPECT_EQ(fixed.files.at(0).fix_count, 1U);
  EXPECT_TRUE(fixed.files.at(0).before_fixes);
}

TEST(LintFiles, StartsNoProgramWithoutScripts) {
  const ShellCheckThat program("touch started; exit 2");
  std::ofstream("a.yml") << testing::with_steps("      - { name: One, action: Reboot }\n");
  EXPECT_EQ(lint().shell_problem, "");
  EXPECT_FALSE(std::filesystem::exists("started"));
}

TEST(LintFiles, BashStandsInForAShellCheckThatIsNotThere) {
  const LintFolder folder;
  folder.write("a.yml", with_script({"ls $1", "fi"}));
  const std::string programs = (folder.path() / "programs").string();
  std::filesystem::create_directory(programs);
  const SearchPath path(programs);
  LintResult result = lint();
  EXPECT_THAT(codes(result.files.at(0)), IsEmpty());
  EXPECT_EQ(result.shell_problem, "");
  std::filesystem::create_symlink("/bin/bash", programs + "/bash");
  result = lint();
  EXPECT_THAT(codes(result.files.at(0)), ElementsAre("shell-syntax"));
  EXPECT_EQ(result.shell_problem, "");
}

TEST(LintFiles, BashStandsInForAShellCheckThatFails) {
  struct Case {
    std::string program;
    std::string problem;
  };
  const std::vector<Case> cases = {
      {"sleep 600", "shellcheck did not end within 0.5 seconds and was stopped"},
      {"echo 'unrecognized option --norc' >&2; exit 3", "shellcheck failed with status 3: unrecognized option --norc"},
      {"echo no json", "shellcheck failed with status 0"},
      {"echo '{\"comments\": [{\"file\": \"/etc/passwd\"}]}'", "shellcheck failed with status 0"},
      {"kill -9 $$", "shellcheck failed with status 137"}};
  for (const Case& one : cases) {
    const ShellCheckThat program(one.program);
    std::ofstream("a.yml") << with_script({"ls $1", "fi # ibtest: ignore SC1089 -- not known here"});
    const LintResult result = lint({.time_limit = std::chrono::milliseconds(500)});
    EXPECT_THAT(codes(result.files.at(0)), ElementsAre("shell-syntax")) << one.program;
    EXPECT_THAT(result.shell_problem, StartsWith(one.problem));
    EXPECT_THAT(result.shell_problem, HasSubstr("checked for their syntax only"));
  }
}

TEST(ShellOutput, RefusesWhatIsNone) {
  const std::string script = "ls\n";
  const ScriptFiles files = {{"/x/1.sh", &script}};
  const auto comment = [](const std::string& fields) {
    return R"({"comments": [{"file": "/x/1.sh", "line": 1, "endLine": 1, "column": 1, "endColumn": 3, )" + fields +
           "}]}";
  };
  const auto good = read_shellcheck_output(comment(R"("level": "style", "code": 2012, "message": "m.")"), files);
  ASSERT_TRUE(good);
  ASSERT_EQ(good->size(), 1U);
  EXPECT_EQ(good->begin()->second.code, "SC2012");
  EXPECT_EQ(good->begin()->second.severity, Severity::hint);
  EXPECT_EQ(good->begin()->second.message, "m");
  EXPECT_FALSE(read_shellcheck_output("", files));
  EXPECT_FALSE(read_shellcheck_output("[]", files));
  EXPECT_FALSE(read_shellcheck_output("{}", files));
  EXPECT_FALSE(read_shellcheck_output(comment(R"("level": 3, "code": 2012, "message": "m")"), files));
  EXPECT_FALSE(read_shellcheck_output(comment(R"("level": "info", "message": "m")"), files));
  EXPECT_FALSE(read_bash_output("", "/x/1.sh", script));
  EXPECT_FALSE(read_bash_output("/x/1.sh: cannot execute binary file\n", "/x/1.sh", script));
  EXPECT_FALSE(read_bash_output("/x/1.sh: line x: syntax error\n", "/x/1.sh", script));
  EXPECT_FALSE(read_bash_output("/x/1.sh: line 1: warning: here-document\n", "/x/1.sh", script));
  const auto far = read_bash_output("/x/1.sh: line 99: syntax error\n", "/x/1.sh", script);
  ASSERT_TRUE(far);
  EXPECT_EQ(far->begin, 3U);
}

}  // namespace
}  // namespace ibtest
