#include "agent/sandbox/mount_table.hpp"

#include <gtest/gtest.h>

#include "agent/protocol/sandbox_layout.hpp"

namespace ibtest {
namespace {

TEST(MountTable, ReadsIdsAndEscapedPlaces) {
  const auto mounts = parse_mounts(
      "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
      "cut short\n"
      "36 22 8:1 / /mnt/two\\040words\\134x rw - ext4 /dev/sda1 rw\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].id, 22U);
  EXPECT_EQ(mounts[0].place, "/");
  EXPECT_EQ(mounts[1].place, "/mnt/two words\\x");
}

TEST(MountTable, GivesParentsBeforeChildrenAndNotTheRoot) {
  const auto mounts = visible_mounts();
  ASSERT_FALSE(mounts.empty());
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    EXPECT_NE(mounts[i].place, "/");
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_FALSE(is_within(mounts[j].place, mounts[i].place)) << mounts[j].place << mounts[i].place;
  }
}

TEST(MountTable, KnowsWhatIsWithinAFolder) {
  struct Case {
    const char* path;
    const char* folder;
    bool within;
  };
  for (const Case& tested : {Case{"/a", "/a", true}, Case{"/a/b", "/a", true}, Case{"/ab", "/a", false},
                             Case{"/a", "/a/b", false}, Case{"/a", "/", true}})
    EXPECT_EQ(is_within(tested.path, tested.folder), tested.within) << tested.path << " in " << tested.folder;
}

TEST(SandboxLayout, GivesEveryPlaceANameOfItsOwn) {
  EXPECT_EQ(layer_name("/"), "%2F");
  EXPECT_EQ(layer_name("/var/lib"), "%2Fvar%2Flib");
  EXPECT_NE(layer_name("/a%2Fb"), layer_name("/a/b"));
  const std::string longest(250, 'x');
  EXPECT_LT(layer_name("/" + longest + "/a").size(), 255U);
  EXPECT_NE(layer_name("/" + longest + "/a"), layer_name("/" + longest + "/b"));
}

}  // namespace
}  // namespace ibtest
