#include <gtest/gtest.h>

#include "agent/document/diagnostic.hpp"
#include "agent/document/unicode.hpp"
#include "source_test.hpp"

namespace ibtest {
namespace {

using testing::source;

std::string rendered(const std::string& text, std::size_t begin, std::size_t end, bool color = false) {
  const auto document = source(text);
  const Diagnostic diagnostic = {"some-code", Severity::error,     document->name(), document->range(begin, end),
                                 "message",   "what to do instead"};
  return render(diagnostic, document.get(), color);
}

TEST(Render, ShowsPlaceLineCaretAndSuggestion) {
  EXPECT_EQ(rendered("name: x\nkey: value\n", 13, 18),
            "document.yml:2:6: error: message [some-code]\n"
            "    2 | key: value\n"
            "      |      ^~~~~\n"
            "      = what to do instead\n");
}

TEST(Render, PutsTheCaretUnderWideCharactersAndTabs) {
  EXPECT_EQ(rendered("\xE4\xB8\xAD\t\xC3\xA4x", 6, 7),
            "document.yml:1:4: error: message [some-code]\n"
            "    1 | \xE4\xB8\xAD    \xC3\xA4x\n"
            "      |        ^\n"
            "      = what to do instead\n");
  EXPECT_EQ(rendered("\xE4\xB8\xAD\xE4\xB8\xAD", 3, 6),
            "document.yml:1:2: error: message [some-code]\n"
            "    1 | \xE4\xB8\xAD\xE4\xB8\xAD\n"
            "      |   ^~\n"
            "      = what to do instead\n");
}

TEST(Render, EscapesWhatMustNotReachTheTerminal) {
  const std::string text = rendered("a\x1b[31m\xFF\xE2\x80\xAE b", 1, 2);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("a\\x1b[31m\\xff\\u202e b"), std::string::npos) << text;
  EXPECT_NE(text.find("|  ^~~~\n"), std::string::npos) << text;
}

TEST(Render, EscapesTheMessageAndTheFile) {
  const Diagnostic diagnostic = {"c", Severity::warning, "a\nb.yml", {}, "bad \x07 bell", ""};
  EXPECT_EQ(render(diagnostic, nullptr, false), "a\\nb.yml: warning: bad \\x07 bell [c]\n");
}

TEST(Render, CutsVeryLongLinesAroundTheCaret) {
  const std::string line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
  const std::string text = rendered(line, 5000, 5004);
  EXPECT_LT(text.size(), 400U);
  EXPECT_NE(text.find("..." + std::string(40, 'a') + "HERE" + "b"), std::string::npos) << text;
  EXPECT_NE(text.find("| " + std::string(43, ' ') + "^~~~\n"), std::string::npos) << text;
}

TEST(Render, MarksTheRestOfTheLineOfALongRange) {
  EXPECT_NE(rendered("abc\ndef\n", 1, 6).find("|  ^~\n"), std::string::npos);
}

TEST(Render, PointsBehindTheLastCharacter) {
  EXPECT_NE(rendered("abc", 3, 3).find("|    ^\n"), std::string::npos);
}

TEST(Render, ColoursOnlyWhenAsked) {
  EXPECT_EQ(rendered("abc", 0, 1).find('\x1b'), std::string::npos);
  EXPECT_NE(rendered("abc", 0, 1, true).find("\x1b[1;31m"), std::string::npos);
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndCutSequences) {
  for (const std::string text : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE4\xB8", "\x80", "\xFF"}) {
    EXPECT_FALSE(decode_utf8(text, 0).valid) << printable(text);
    EXPECT_EQ(decode_utf8(text, 0).length, 1U);
  }
  EXPECT_EQ(decode_utf8("\xF0\x9F\x98\x80", 0).value, 0x1F600U);
}

TEST(InBackticks, CutsLongTextsBetweenCharacters) {
  EXPECT_EQ(in_backticks("abc"), "`abc`");
  EXPECT_EQ(in_backticks(""), "`\"\"`");
  const std::string cut = in_backticks(testing::repeated("\xC3\xA4", 100));
  EXPECT_EQ(cut, "`" + testing::repeated("\xC3\xA4", 36) + "...`");
  EXPECT_EQ(in_backticks("x" + testing::repeated("\xC3\xA4", 100)), "`x" + testing::repeated("\xC3\xA4", 35) + "...`");
}

TEST(Diagnostics, SortByPlaceAndDropRepetitions) {
  const auto document = source("a\nb\nc\n");
  const auto at = [&](std::size_t offset, const char* code) {
    return Diagnostic{code, Severity::error, "f", document->range(offset, offset + 1), "m", ""};
  };
  std::vector<Diagnostic> diagnostics = {at(4, "x"), at(0, "b"), at(0, "a"), at(4, "x")};
  sort_and_deduplicate(diagnostics);
  EXPECT_EQ(testing::codes(diagnostics), (std::vector<std::string>{"a", "b", "x"}));
}

}  // namespace
}  // namespace ibtest
