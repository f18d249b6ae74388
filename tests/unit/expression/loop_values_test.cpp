#include "agent/expression/loop_values.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibtest {
namespace {

using testing::ElementsAre;

YamlNode text(const std::string& value) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = value;
  return node;
}

Loop counting(std::int64_t start, std::int64_t end, std::int64_t update_by) {
  Loop loop;
  loop.kind = ForLoop{start, end, update_by};
  return loop;
}

Loop splitting(const std::string& list, const std::string& delimiter) {
  Loop loop;
  ForEachLoop each;
  each.list = text(list);
  each.delimiter = delimiter;
  loop.kind = each;
  return loop;
}

std::vector<std::string> all(const LoopValues& values) {
  std::vector<std::string> list;
  for (std::uint64_t index = 0; index < values.count(); ++index)
    list.push_back(values.at(index));
  return list;
}

std::string as_it_is(const std::string& value) {
  return value;
}

TEST(LoopValuesTest, CountWithinTheClosedRange_LOOP1_LOOP3) {
  EXPECT_THAT(all({counting(8080, 8084, 2), as_it_is}), ElementsAre("8080", "8082", "8084"));
  EXPECT_THAT(all({counting(1, 4, 2), as_it_is}), ElementsAre("1", "3"));
  EXPECT_THAT(all({counting(1, -2, -1), as_it_is}), ElementsAre("1", "0", "-1", "-2"));
  EXPECT_THAT(all({counting(5, 5, 1), as_it_is}), ElementsAre("5"));
  EXPECT_THAT(all({counting(5, 5, -3), as_it_is}), ElementsAre("5"));
}

TEST(LoopValuesTest, CountOverTheWholeRangeOfNumbers_LOOP8) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const LoopValues up(counting(least, most, most), as_it_is);
  EXPECT_EQ(up.count(), 3U);
  EXPECT_EQ(up.at(1), "-1");
  const LoopValues down(counting(most, least, least), as_it_is);
  EXPECT_EQ(down.count(), 2U);
  EXPECT_EQ(down.at(1), "-1");
}

TEST(LoopValuesTest, SplitWithoutTrimming_LOOP7) {
  EXPECT_THAT(all({splitting("a,,b", ","), as_it_is}), ElementsAre("a", "", "b"));
  EXPECT_THAT(all({splitting("", ","), as_it_is}), ElementsAre(""));
  EXPECT_THAT(all({splitting("a, b,", ","), as_it_is}), ElementsAre("a", " b", ""));
  EXPECT_THAT(all({splitting("a\nb", "\n"), as_it_is}), ElementsAre("a", "b"));
}

TEST(LoopValuesTest, ResolveItemsAndListsOnce_LOOP6) {
  Loop loop;
  ForEachLoop each;
  each.items = {text("curl"), text("{{ Extra }}")};
  loop.kind = each;
  const auto resolve = [](const std::string& written) {
    return written == "{{ Extra }}" ? std::string("jq") : written;
  };
  const LoopValues values(loop, resolve);
  EXPECT_THAT(all(values), ElementsAre("curl", "jq"));
  EXPECT_THAT(all({loop, values.texts()}), ElementsAre("curl", "jq"));
}

}  // namespace
}  // namespace ibtest
