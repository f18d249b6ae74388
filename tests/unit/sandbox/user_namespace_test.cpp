#include "agent/sandbox/user_namespace.hpp"

#include <gtest/gtest.h>

namespace ibtest {
namespace {

TEST(SubordinateIds, AreThoseOfTheFirstLineForTheUserWithEnoughOfThem) {
  struct Case {
    const char* file;
    unsigned long first;  // 0: none
  };
  for (const Case& tested : {Case{"", 0}, Case{"other:100000:65536\n", 0}, Case{"me:100000:65536\n", 100000},
                             Case{"1000:100000:65536", 100000}, Case{"me:100000:1000\nme:200000:65536\n", 200000},
                             Case{"me:100000\n", 0}, Case{"me:x:65536\n", 0}, Case{"me:0:65536\n", 0},
                             Case{"menace:100000:65536\n", 0}, Case{"\n::\nme:5:70000\n", 5}}) {
    const auto ids = find_subordinate_ids(tested.file, "me", 1000);
    EXPECT_EQ(ids ? ids->first : 0, tested.first) << tested.file;
  }
}

}  // namespace
}  // namespace ibtest
