#include "runner/subprocess/line_splitter.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibtest {
namespace {

using testing::ElementsAre;

TEST(LineSplitter, CutsAtLineBreaksWhereverThePiecesEnd) {
  LineSplitter splitter;
  std::vector<std::string> lines;
  const auto collect = [&](std::string_view line) { lines.emplace_back(line); };
  splitter.append("one\r", collect);
  splitter.append("\n\ntw", collect);
  splitter.append("o", collect);
  EXPECT_THAT(lines, ElementsAre("one", ""));
  splitter.finish(collect);
  splitter.finish(collect);
  EXPECT_THAT(lines, ElementsAre("one", "", "two"));
}

TEST(LineSplitter, CutsALineWithoutEnd) {
  LineSplitter splitter;
  std::vector<std::size_t> sizes;
  const auto collect = [&](std::string_view line) { sizes.push_back(line.size()); };
  splitter.append(std::string(150'000, 'x'), collect);
  EXPECT_THAT(sizes, ElementsAre(65536, 65536));
}

TEST(AppendTail, KeepsTheEnd) {
  std::string text = "abc";
  append_tail(text, "def", 4);
  EXPECT_EQ(text, "cdef");
  append_tail(text, "0123456789", 4);
  EXPECT_EQ(text, "6789");
}

TEST(LastLines, LeavesOutBlankOnes) {
  EXPECT_EQ(last_lines("a\nb\n\nc \r\n\n", 2), "b\nc");
  EXPECT_EQ(last_lines("", 2), "");
}

}  // namespace
}  // namespace ibtest
