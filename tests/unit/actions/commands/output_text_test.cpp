#include "actions/commands/output_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class OutputText : public testing::Test {
 protected:
  TemporaryFolder folder_;
  TestContext context_{folder_.path()};
};

std::string repeated(std::string_view element, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + element.size());
  while (text.size() < bytes)
    text += element;
  return text;
}

TEST_F(OutputText, IsValidUtf8_OUT_11) {
  EXPECT_EQ(output_text("a\xff\u20ac", "it", context_), "a\uFFFD\u20ac");
  EXPECT_THAT(context_.warned, IsEmpty());
}

TEST_F(OutputText, HasAtMostSixteenMebibytes_OUT_12) {
  EXPECT_EQ(output_text(std::string(most_output_bytes, 'x'), "it", context_).size(), most_output_bytes);
  EXPECT_THAT(context_.warned, IsEmpty());
  EXPECT_EQ(output_text(repeated("\u20ac", most_output_bytes + 1), "it", context_),
            repeated("\u20ac", most_output_bytes - 3))
      << "cut between two characters";
  EXPECT_THAT(context_.warned, ElementsAre("it is longer than 16 MiB and has been cut"));
}

TEST_F(OutputText, EndsAfterAWholeElement_OUT_12) {
  const auto cut = output_text(repeated("/some/path,", most_output_bytes + 1), "it", context_, ',');
  EXPECT_TRUE(cut.ends_with(",/some/path"));
  EXPECT_GT(cut.size(), most_output_bytes - 12);
  EXPECT_EQ(output_text(std::string(most_output_bytes + 1, 'x'), "it", context_, ','), "");
}

}  // namespace
}  // namespace ibtest
