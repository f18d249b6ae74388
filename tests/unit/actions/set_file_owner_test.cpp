#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
  bool operator==(const Owner&) const = default;
};

Owner owner_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return {status.st_uid, status.st_gid};
}

class SetFileOwner : public ModuleTest {
 protected:
  std::string set(const Json& item) { return run("SetFileOwner", Json::array({item})).error; }
};

TEST_F(SetFileOwner, SetsOwnerAndGroup_SETFILEOWNER_1_OWN_1) {
  if (!root_or_say_why_not()) return;
  write("work/a", "");
  EXPECT_EQ(set({{"path", "a"}, {"owner", "daemon"}, {"group", "bin"}}), "");
  EXPECT_EQ(owner_of(at("work/a")), (Owner{1, 2}));
  EXPECT_EQ(set({{"path", "a/"}, {"owner", "4711"}, {"group", "4712"}}), "");
  EXPECT_EQ(owner_of(at("work/a")), (Owner{4711, 4712}));
  EXPECT_EQ(context_.logged.front(), "Set the owner of file " + at("work/a"));
}

TEST_F(SetFileOwner, TakesThePrimaryGroupWithoutGroup_SETFILEOWNER_1_OWN_3) {
  if (!root_or_say_why_not()) return;
  write("a", "");
  ASSERT_EQ(::chown(at("a").c_str(), 7, 7), 0);
  EXPECT_EQ(set({{"path", at("a")}, {"owner", "games"}}), "");
  EXPECT_EQ(owner_of(at("a")), (Owner{5, 60}));
  EXPECT_EQ(set({{"path", at("a")}, {"owner", "5"}, {"group", ""}}), "") << "an ID is no name";
  EXPECT_EQ(owner_of(at("a")), (Owner{5, 60}));
  EXPECT_THAT(context_.warned, ElementsAre("no account has the ID 5, so the group stays as it is"));
}

TEST_F(SetFileOwner, FollowsLinks_SETFILEOWNER_2) {
  if (!root_or_say_why_not()) return;
  write("a", "");
  fs::create_symlink("a", at("link"));
  EXPECT_EQ(set({{"path", at("link")}, {"owner", "daemon"}}), "");
  EXPECT_EQ(owner_of(at("a")), (Owner{1, 1}));
  EXPECT_EQ(owner_of(at("link")), (Owner{::geteuid(), ::getegid()}));
}

TEST_F(SetFileOwner, NeedsAFile_SETFILEOWNER_3) {
  write("a1", "");
  EXPECT_EQ(set({{"path", at("work")}, {"owner", "daemon"}}),
            "SetFileOwner: inputs[0]: " + at("work") + " is a folder; SetFolderOwner sets the owner of folders");
  EXPECT_EQ(set({{"path", at("a*")}, {"owner", "daemon"}}), "SetFileOwner: inputs[0]: " + at("a*") + " does not exist");
}

TEST_F(SetFileOwner, NeedsAccounts_OWN_2) {
  write("a", "");
  const auto before = owner_of(at("a"));
  EXPECT_EQ(set({{"path", at("a")}, {"owner", "nobody-here"}}),
            "SetFileOwner: inputs[0]: owner: unknown user `nobody-here`");
  EXPECT_EQ(set({{"path", at("a")}, {"owner", "daemon"}, {"group", "nobody-here"}}),
            "SetFileOwner: inputs[0]: group: unknown group `nobody-here`");
  EXPECT_EQ(owner_of(at("a")), before);
}

}  // namespace
}  // namespace ibtest
