#include "runner/lint/powershell_script.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace ibtest {
namespace {

using ::testing::ElementsAre;

/// "2< write-host|a" is depth, a pipe before or behind, and the words.
std::vector<std::string> statements(std::string_view text) {
  std::vector<std::string> result;
  for (const PowerShellStatement& statement : read_powershell_script(text).statements) {
    std::string one = std::to_string(statement.depth);
    if (statement.behind_pipe) one += '<';
    if (statement.before_pipe) one += '>';
    for (const PowerShellWord& word : statement.words)
      one += ' ' + word.text;
    result.push_back(one);
  }
  return result;
}

std::string mistake(std::string_view text) {
  const auto found = read_powershell_script(text).mistake;
  return found ? std::to_string(found->begin) + ": " + found->message : "";
}

TEST(PowerShellScript, HasStatementsOfWords) {
  EXPECT_THAT(statements("Write-Host 'a b' -NoNewline; exit 3010 # why\n\n<# not\n this #>Get-Date `\n  -Format d"),
              ElementsAre("0 write-host 'a b' -nonewline", "0 exit 3010", "0 get-date -format d"));
  EXPECT_THAT(statements("Get-Process | Stop-Process -Force\r\nexit"),
              ElementsAre("0> get-process", "0< stop-process -force", "0 exit"));
}

TEST(PowerShellScript, GoesOnBehindBrackets) {
  EXPECT_THAT(statements("Copy-Item (Join-Path $a b) -Destination @{ x = 1 } -Force"),
              ElementsAre("1 join-path $a b", "1 x = 1", "0 copy-item -destination -force"));
  EXPECT_THAT(statements("if ($a) {\n  exit 1\n} else { $(exit) }"),
              ElementsAre("1 $a", "1 exit 1", "2 exit", "0 if else"));
  EXPECT_THAT(statements("$x = ${env:ProgramFiles(x86)} + \"$(Get-Date ')' \"a\")\""),
              ElementsAre("0 $x = ${env:programfiles(x86)} + \"$(get-date ')' \"a\")\""));
}

TEST(PowerShellScript, KnowsWhereItsWordsStand) {
  const PowerShellScript script = read_powershell_script("ls\n  Write-Host  Done");
  ASSERT_EQ(script.statements.size(), 2U);
  EXPECT_EQ(script.statements[1].begin, 5U);
  EXPECT_EQ(script.statements[1].end, 21U);
  EXPECT_EQ(script.statements[1].words[1].begin, 17U);
  EXPECT_EQ(script.statements[1].words[1].source, "Done");
}

TEST(PowerShellScript, FindsWhatIsNotClosed_EXECUTEPOWERSHELL_2) {
  EXPECT_EQ(mistake("if (1) { ls"), "7: this `{` is never closed");
  EXPECT_EQ(mistake("ls )"), "3: this `)` closes nothing");
  EXPECT_EQ(mistake("f { ( }"), "4: this `(` is never closed");
  EXPECT_EQ(mistake("ls 'a"), "3: this quote is never closed");
  EXPECT_EQ(mistake("ls \"a `\""), "3: this quote is never closed");
  EXPECT_EQ(mistake("ls <# a"), "3: this comment is never closed: `#>` is missing");
  EXPECT_EQ(mistake("$a = @'\nx\n '@\n"),
            "5: this here-string is never closed: '@ must stand at the very beginning of a line");
}

TEST(PowerShellScript, ClosesWhatItOpens_EXECUTEPOWERSHELL_2) {
  for (const char* text : {
           R"ps([regex]::Matches($text, "(?<name>[^""]+)") | % { $_.Groups['name'].Value })ps",
           R"ps($x = $y -replace '(?<=\()', '' -replace '#', '' -replace "`"", "'")ps",
           "[xml]$c = @\"\n<a b='c'> { ( [\n\"@\n$c.Save('C:\\x')",
           "$code = @'\nclass A { string B() { return \"it's\"; } \n'@",
           R"ps(Write-Host "$$ `$HOME ${env:TEMP}\x $($a["b"]) $(if ($c) { "d" })")ps",
           R"ps(& "C:\Program Files\x.exe" '/q' "/log:`"C:\a b\x.log`"" | Out-String)ps",
           R"ps(icacls "C:\x" /grant "BUILTIN\Users:(OI)(CI)F")ps",
           R"ps(cmd /c "echo it's ""fine"" && dir")ps",
           R"ps($s = 'a"b' + "c'd" + "e`"f" + 'g''h' + "i""j")ps",
           R"ps($p = "C:\Users\$env:USERNAME\"; Write-Host 'C:\')ps",
           R"ps("$($x.Name): $($x | Where-Object { $_ -ne ')' })")ps",
           R"ps($e = "$($d.ToString("yyyy-MM-dd"))"; $g = "${f}[0]"; $h = "$(@{a='b'}['a'])")ps",
           "Get-Date <# inline { \" #> -Format d # and \"this",
           "function F { param([string]$x = 'a') process { $_ } }",
           "switch -Regex ($os) { '^Win' { 'w' } \"Lin(ux)?\" { 'l' } }",
       })
    EXPECT_EQ(mistake(text), "") << text;
}

TEST(PowerShellScript, ReportsNothingInDoubt) {
  for (const char* text :
       {"cmd --% echo \"a", "Write-Host \xE2\x80\x99it's", "a#b 'c", "ls @'x", "", "`", "$", "${", "@"})
    EXPECT_EQ(mistake(text), "") << text;
}

TEST(PowerShellScript, TakesReferencesForWords_VAR_7) {
  EXPECT_EQ(mistake("Write-Host {{ Name }} '{{ build.Ask.outputs.stdout }}'"), "");
  EXPECT_THAT(statements("exit {{ Code }}"), ElementsAre("0 exit {{ code }}"));
}

}  // namespace
}  // namespace ibtest
