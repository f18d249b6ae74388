#include "agent/engine/output_value.hpp"

#include <gtest/gtest.h>

namespace ibtest {
namespace {

TEST(IncompleteUtf8Tail, CountsOnlyUnfinishedSequences) {
  EXPECT_EQ(incomplete_utf8_tail(""), 0U);
  EXPECT_EQ(incomplete_utf8_tail("abc"), 0U);
  EXPECT_EQ(incomplete_utf8_tail("a\xC3"), 1U);
  EXPECT_EQ(incomplete_utf8_tail("a\xC3\xA9"), 0U);
  EXPECT_EQ(incomplete_utf8_tail("\xE2\x82"), 2U);
  EXPECT_EQ(incomplete_utf8_tail("\xF0\x9F\x98"), 3U);
  EXPECT_EQ(incomplete_utf8_tail("a\xA9"), 0U) << "a lone continuation byte is an error at once";
  EXPECT_EQ(incomplete_utf8_tail("\xFF"), 0U);
}

TEST(OutputValue, DropsTrailingLineEndsOnly_OUT_7) {
  OutputValue value;
  value.append("  a\n\nb \r\n\n");
  EXPECT_EQ(value.take(), "  a\n\nb ");
  EXPECT_EQ(OutputValue().take(), "");
}

TEST(OutputValue, CutsBetweenCharacters_OUT_12) {
  OutputValue value(5);
  value.append(
      "abcd\xC3\xA9"
      "fg");
  EXPECT_TRUE(value.cut());
  EXPECT_EQ(value.take(), "abcd");
  OutputValue full(5);
  full.append("abcde");
  EXPECT_FALSE(full.cut());
  EXPECT_EQ(full.take(), "abcde");
}

TEST(OutputTail, KeepsTheLastBytes) {
  OutputTail tail(4);
  for (const char* text : {"ab", "cdefgh", "ij", "k"})
    tail.append(text);
  const std::string kept = tail.take();
  EXPECT_GE(kept.size(), 4U);
  EXPECT_TRUE(kept.ends_with("hijk")) << kept;
}

}  // namespace
}  // namespace ibtest
