#include "agent/document/source_text.hpp"

#include <gtest/gtest.h>

namespace ibtest {
namespace {

TEST(SourceText, FindsLinesAndColumns) {
  const SourceText source("a.yml", "one\ntwo\r\n\nfour");
  EXPECT_EQ(source.line_count(), 4U);
  EXPECT_EQ(source.line(1), "one");
  EXPECT_EQ(source.line(2), "two");
  EXPECT_EQ(source.line(3), "");
  EXPECT_EQ(source.line(4), "four");
  EXPECT_EQ(source.line(0), "");
  EXPECT_EQ(source.line(5), "");
  EXPECT_EQ(source.position(0), (SourcePosition{0, 1, 1}));
  EXPECT_EQ(source.position(5), (SourcePosition{5, 2, 2}));
  EXPECT_EQ(source.position(9), (SourcePosition{9, 3, 1}));
  EXPECT_EQ(source.position(99), (SourcePosition{14, 4, 5}));
}

TEST(SourceText, CountsColumnsInCodePoints) {
  const SourceText source("a.yml", "x\n\xC3\xA4\xE4\xB8\xAD\xF0\x9F\x98\x80z");
  EXPECT_EQ(source.position(4).column, 2U);
  EXPECT_EQ(source.position(7).column, 3U);
  EXPECT_EQ(source.position(11).column, 4U);
}

TEST(SourceText, CountsColumnsOfVeryLongLines) {
  std::string text;
  for (int count = 0; count < 1000; ++count)
    text += "\xC3\xA4";
  const SourceText source("a.yml", text);
  for (std::size_t index = 0; index <= 1000; ++index)
    ASSERT_EQ(source.position(2 * index).column, index + 1);
}

TEST(SourceText, GivesAByteOrderMarkNoColumn) {
  const SourceText source("a.yml", "\xEF\xBB\xBFname: x\n");
  EXPECT_EQ(source.line(1), "name: x");
  EXPECT_EQ(source.position(3), (SourcePosition{3, 1, 1}));
  EXPECT_EQ(source.position(4).column, 2U);
}

TEST(SourceText, AcceptsAnEmptyText) {
  const SourceText source("a.yml", "");
  EXPECT_EQ(source.line_count(), 1U);
  EXPECT_EQ(source.line(1), "");
  EXPECT_EQ(source.position(7), (SourcePosition{0, 1, 1}));
}

}  // namespace
}  // namespace ibtest
