#include "runner/report/terminal_text.hpp"

#include <gtest/gtest.h>

#include "runner/report/console_options.hpp"
#include "runner/report/output_tail.hpp"

namespace ibtest {
namespace {

struct HarmlessCase {
  std::string raw;
  std::string shown;
};

class Harmless : public testing::TestWithParam<HarmlessCase> {};

TEST_P(Harmless, ShowsNothingThatSteersATerminal) {
  EXPECT_EQ(harmless(GetParam().raw), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Harmless,
    testing::Values(HarmlessCase{"plain", "plain"}, HarmlessCase{"", ""}, HarmlessCase{"a\tb", "a       b"},
                    HarmlessCase{"\x1b[1;31mred\x1b[0m", "red"}, HarmlessCase{"\x1b]0;title\x07text", "text"},
                    HarmlessCase{"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"}, HarmlessCase{"\x1b(Bx", "x"},
                    HarmlessCase{"x\x1b", "x"}, HarmlessCase{"\x1b[", ""}, HarmlessCase{"\x1b[31", ""},
                    HarmlessCase{"\x1bPabc\x1b\\d", "d"}, HarmlessCase{" 10%\r 50%\r100%\r\n", "100%"},
                    HarmlessCase{"a\x07"
                                 "b\x7f",
                                 "a\xEF\xBF\xBD"
                                 "b\xEF\xBF\xBD"},
                    HarmlessCase{"\xff\xc3", "\xEF\xBF\xBD\xEF\xBF\xBD"},
                    HarmlessCase{"\xc2\x9b"
                                 "31m",
                                 "\xEF\xBF\xBD"
                                 "31m"},  // CSI as one C1 character
                    HarmlessCase{"a\xE2\x80\xAE"
                                 "b",
                                 "a\xEF\xBF\xBD"
                                 "b"},
                    HarmlessCase{"日本\té", "日本    é"}));

TEST(HarmlessBlock, IndentsLinesAfterTheFirst) {
  EXPECT_EQ(harmless_block("one\ntwo\x1b[2J\n\n", "  "), "one\n  two");
  EXPECT_EQ(harmless_block("", "  "), "");
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
}

TEST(CutToWidth, CutsByColumnsAndMarksTheCut) {
  EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to_width("abcdef", 5), "abcd…");
  EXPECT_EQ(cut_to_width("abcdef", 5, true), "ab...");
  EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_width("日本語", 4), "日…");
  EXPECT_EQ(cut_to_width("abc", 0), "");
  EXPECT_EQ(cut_to_width("abcdef", 2, true), "..");
}

TEST(PadToWidth, CountsColumns) {
  EXPECT_EQ(pad_to_width("日", 4), "日  ");
  EXPECT_EQ(pad_to_width("abc", 2), "abc");
}

TEST(FormatDuration, IsShortAndRounded) {
  EXPECT_EQ(format_duration(-5), "0 ms");
  EXPECT_EQ(format_duration(99), "99 ms");
  EXPECT_EQ(format_duration(100), "0.1 s");
  EXPECT_EQ(format_duration(59'949), "59.9 s");
  EXPECT_EQ(format_duration(59'960), "1 min 00 s");
  EXPECT_EQ(format_duration(125'000), "2 min 05 s");
  EXPECT_EQ(format_duration(3'600'000), "1 h 00 min");
}

TEST(OutputTail, KeepsTheLastLinesOfBothStreams) {
  OutputTail tail(3);
  tail.append(OutputStream::standard_output, "one\ntw");
  tail.append(OutputStream::standard_error, "error\n");
  tail.append(OutputStream::standard_output, "o\nthree");
  EXPECT_EQ(tail.lines(), (std::vector<std::string>{"error", "two", "three"}));
  EXPECT_EQ(tail.last(1), std::vector<std::string>{"three"});
  EXPECT_FALSE(tail.dropped());
  tail.append(OutputStream::standard_output, "\nfour\n");
  EXPECT_EQ(tail.lines(), (std::vector<std::string>{"two", "three", "four"}));
  EXPECT_TRUE(tail.dropped());
}

TEST(OutputTail, AgreesWithSplittingTheWholeTextHoweverItIsCut) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "line " + std::to_string(i) + (i % 7 == 0 ? "\n\n" : "\n");
  for (const std::size_t piece : {1U, 2U, 5U, 13U, 100U, 5000U}) {
    OutputTail tail(5);
    for (std::size_t at = 0; at < text.size(); at += piece)
      tail.append(OutputStream::standard_output, std::string_view(text).substr(at, piece));
    EXPECT_EQ(tail.lines(), (std::vector<std::string>{"line 196", "", "line 197", "line 198", "line 199"})) << piece;
  }
}

TEST(OutputTail, IsBoundedByLineLength) {
  OutputTail tail(2, 10);
  for (int i = 0; i < 1000; ++i)
    tail.append(OutputStream::standard_output, std::string(1000, 'x'));
  EXPECT_EQ(tail.lines(), std::vector<std::string>{"xxxxxxxxxx"});
}

TEST(OutputTail, ShowsWhatAProgressBarShows) {
  OutputTail tail(2);
  tail.append(OutputStream::standard_output, "10%\r20%\r");
  EXPECT_EQ(tail.lines(), std::vector<std::string>{"20%\r"});
  tail.append(OutputStream::standard_output, "30%");
  EXPECT_EQ(tail.lines(), std::vector<std::string>{"30%"});
  tail.append(OutputStream::standard_output, "\r\n");
  EXPECT_EQ(tail.lines(), std::vector<std::string>{"30%"});
}

TEST(ConsoleOptions, FollowTheEnvironment) {
  const auto options = [](bool terminal, std::string_view term, std::string_view locale, bool no_color) {
    return console_options({terminal, term, locale, no_color}, Verbosity::normal);
  };
  EXPECT_TRUE(options(true, "xterm", "en_US.UTF-8", false).color);
  EXPECT_FALSE(options(true, "xterm", "en_US.UTF-8", true).color);
  EXPECT_TRUE(options(true, "xterm", "en_US.UTF-8", true).terminal);
  EXPECT_FALSE(options(true, "dumb", "en_US.UTF-8", false).terminal);
  EXPECT_FALSE(options(false, "xterm", "en_US.UTF-8", false).terminal);
  EXPECT_FALSE(options(false, "xterm", "en_US.UTF-8", false).color);
  EXPECT_TRUE(options(true, "xterm", "C", false).ascii);
  EXPECT_TRUE(options(true, "linux", "en_US.UTF-8", false).ascii);
  EXPECT_FALSE(options(true, "xterm", "", false).ascii);
  EXPECT_FALSE(options(true, "xterm", "de_DE.utf8", false).ascii);
}

}  // namespace
}  // namespace ibtest
