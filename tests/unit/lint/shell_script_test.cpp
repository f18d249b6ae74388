#include "runner/lint/shell_script.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ibtest {
namespace {

/// Each command as `depth:word|word`, assignments first.
std::vector<std::string> commands_of(const std::string& text) {
  std::vector<std::string> list;
  const ShellScript script = read_shell_script(text);
  if (!script.understood) return {"not understood"};
  for (const ShellCommand& command : script.commands) {
    std::string line;
    for (const ShellWord& word : command.assignments)
      line += (line.empty() ? "" : "|") + word.text;
    for (const ShellWord& word : command.words)
      line += (line.empty() ? "" : "|") + word.text;
    list.push_back(std::to_string(command.depth) + ":" + line);
  }
  return list;
}

struct ScriptCase {
  std::string name;
  std::string text;
  std::vector<std::string> commands;
};

class ShellScriptCommands : public ::testing::TestWithParam<ScriptCase> {};

TEST_P(ShellScriptCommands, AreRead) {
  EXPECT_EQ(commands_of(GetParam().text), GetParam().commands);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ShellScriptCommands,
    ::testing::Values(
        ScriptCase{"Separators", "a; b && c || d | e & f\ng", {"0:a", "0:b", "0:c", "0:d", "0:e", "0:f", "0:g"}},
        ScriptCase{"Quotes", "echo 'a; b' \"c && d\" e\\ f\\\n  g", {"0:echo|a; b|c && d|e f|g"}},
        ScriptCase{"Comments", "a # b; c\n# d\ne f#g", {"0:a", "0:e|f#g"}},
        ScriptCase{"Assignments", "A=1 B+=2 run C=3\nD=x", {"0:A=1|B+=2|run|C=3", "0:D=x"}},
        ScriptCase{"Redirections", "a >x 2>&1 <y b &>z; c 2 >w; d >&2", {"0:a|b", "0:c|2", "0:d"}},
        ScriptCase{"HereDocument", "cat <<END | b\nrm; 'x\nEND\nc <<-'E'\n\tx\n\tE\nd", {"0:cat", "0:b", "0:c", "0:d"}},
        ScriptCase{"HereString", "a <<< \"b; c\" d", {"0:a|d"}},
        ScriptCase{"If", "if a; then b; elif c; then d; else e; fi; f", {"1:a", "1:b", "1:c", "1:d", "1:e", "0:f"}},
        ScriptCase{"Loops",
                   "for x in 1 2; do a; done\nfor ((i=0;i<3;i++)); do b; done\nwhile c; do d; done",
                   {"1:a", "1:b", "1:c", "1:d"}},
        ScriptCase{"Case", "case $x in\n  a|b) c;;\n  (d) e ;;\n  *) f\nesac\ng", {"1:c", "1:e", "1:f", "0:g"}},
        ScriptCase{"Functions", "f() { a; }\ng ()\n{\n  b\n}\nfunction h { c; }\nf x", {"1:a", "1:b", "1:c", "0:f|x"}},
        ScriptCase{"Groups", "( a; b ) && { c; } || d", {"1:a", "1:b", "1:c", "0:d"}},
        ScriptCase{"Tests", "[[ -f x && ! $y == z* ]] || a\n[ -d b ] && c", {"0:[[", "0:a", "0:[|-d|b|]", "0:c"}},
        ScriptCase{"Substitutions",
                   "x=$(a \"$(b)\" | c) d `e`",
                   {"2:b", "1:a|$(b)", "1:c", "1:e", "0:x=$(a \"$(b)\" | c)|d|`e`"}},
        ScriptCase{"Arrays", "x=(a 'b c' $D)\ne", {"0:x=(a 'b c' $D)", "0:e"}},
        ScriptCase{"Expansions", "a ${x:-b c} ${#y} $? $$ $", {"0:a|${x:-b c}|${#y}|$?|$$|$"}},
        ScriptCase{"References", "a {{ Some Name }}/x \"{{ B }}\"", {"0:a|{{ Some Name }}/x|{{ B }}"}},
        ScriptCase{"ReservedWordsAsArguments", "echo if then fi } do", {"0:echo|if|then|fi|}|do"}},
        ScriptCase{"Negation", "! a; time b", {"0:a", "0:b"}},
        ScriptCase{"LineBreakBehindOperator", "a &&\n  b |\n  c", {"0:a", "0:b", "0:c"}},
        ScriptCase{"CarriageReturns", "a b\r\nc\r\n", {"0:a|b", "0:c"}},
        ScriptCase{"ProcessSubstitution", "diff <(a) <(b)", {"1:a", "1:b", "0:diff|<(a)|<(b)"}},
        ScriptCase{"Empty", "", {}}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(ShellScript, SaysWhatItDoesNotUnderstand) {
  for (const std::string text : {"echo 'a", "echo \"a", "echo `a", "echo $(a", "echo ${a", "if a; then b", "fi", "a )",
                                 "cat <<END\nx", "[[ a", "case x in a) b", "x=(a", "rm !(a)", "echo $'a", "((1"}) {
    EXPECT_FALSE(read_shell_script(text).understood) << text;
  }
}

TEST(ShellScript, KnowsWhatStandsAlone) {
  const ShellScript script = read_shell_script("a\nb && c\nd || e\nf | g\nh &\nif i; then j; fi\nk");
  std::string alone;
  for (const ShellCommand& command : script.commands) {
    if (command.stands_alone()) alone += command.words.front().text;
  }
  EXPECT_EQ(alone, "ak");
}

TEST(ShellScript, NotesExpansionsWhereTheShellExpands) {
  const ShellScript script =
      read_shell_script("a $A '$B' \"$C ${D} ${E:-x}\" \\$F\ncat <<X\n$G \\$H\nX\ncat <<'X'\n$I\nX\nb $(c $J)");
  std::string names;
  for (const ShellExpansion& expansion : script.expansions)
    names += expansion.name + (expansion.has_default ? "? " : " ");
  EXPECT_EQ(names, "A C D E? G J ");
}

TEST(ShellScript, FindsTheProgram) {
  const auto program = [](std::string_view text) {
    return std::string(program_name(read_shell_script(text).commands.front()));
  };
  EXPECT_EQ(program("sudo -u app -E A=1 /usr/bin/yum install"), "yum");
  EXPECT_EQ(program("env -u X A=1 nohup nice -n 5 run"), "run");
  EXPECT_EQ(program("A=1 run"), "run");
  EXPECT_EQ(program("A=1"), "");
  EXPECT_EQ(program("sudo"), "");
}

TEST(ShellScript, IsLinear) {
  std::string nested;
  for (int depth = 0; depth < 20'000; ++depth)
    nested += "$(";
  static_cast<void>(read_shell_script(nested));
  std::string quotes;
  for (int count = 0; count < 200'000; ++count)
    quotes += "a'b' ";
  EXPECT_EQ(read_shell_script(quotes).commands.size(), 1U);
}

}  // namespace
}  // namespace ibtest
