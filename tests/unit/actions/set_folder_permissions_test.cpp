#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

class SetFolderPermissions : public ModuleTest {
 protected:
  SetFolderPermissions() {
    fs::create_directories(at("tree/sub/deeper"));
    write("tree/a", "");
    write("tree/sub/b", "");
    write("outside", "");
  }
  std::string set(const Json& item) { return run("SetFolderPermissions", Json::array({item})).error; }
};

TEST_F(SetFolderPermissions, SetsOneModeOnEverything_SETFOLDERPERMISSIONS_1_PERM_4) {
  EXPECT_EQ(set({{"path", at("tree/")}, {"permissions", "0777"}}), "");
  for (const auto* name : {"tree", "tree/a", "tree/sub", "tree/sub/b", "tree/sub/deeper"})
    EXPECT_EQ(mode_of(at(name)), 0777U) << name;
  EXPECT_THAT(context_.logged, ElementsAre("Set the permissions of folder " + at("tree") + " and everything in it"));
}

TEST_F(SetFolderPermissions, SetsTheFolderOnlyIfAskedTo_SETFOLDERPERMISSIONS_1) {
  EXPECT_EQ(set({{"path", at("tree")}, {"permissions", "1700"}, {"recursive", false}}), "");
  EXPECT_EQ(mode_of(at("tree")), 01700U);
  EXPECT_EQ(mode_of(at("tree/a")), 0644U);
  EXPECT_EQ(mode_of(at("tree/sub")), 0755U);
}

TEST_F(SetFolderPermissions, LeavesLinksAlone_SETFOLDERPERMISSIONS_2) {
  fs::create_symlink("../outside", at("tree/link"));
  fs::create_directory_symlink("../work", at("tree/to-work"));
  fs::create_symlink("nowhere", at("tree/dangling"));
  EXPECT_EQ(set({{"path", at("tree")}, {"permissions", "0700"}}), "");
  EXPECT_EQ(mode_of(at("outside")), 0644U);
  EXPECT_EQ(mode_of(at("work")), 0755U);
}

TEST_F(SetFolderPermissions, ChangesFoldersAfterTheirContents_SETFOLDERPERMISSIONS_2) {
  if (!root_or_say_why_not()) return;
  for (const auto* name : {"tree", "tree/a", "tree/sub", "tree/sub/b", "tree/sub/deeper"})
    ASSERT_EQ(::chown(at(name).c_str(), 1, 1), 0);
  ASSERT_EQ(::chmod(temporary_.path().c_str(), 0755), 0);
  ASSERT_EQ(::seteuid(1), 0);  // root passes folders without x
  const auto error = set({{"path", at("tree")}, {"permissions", "0644"}});
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(error, "");
  for (const auto* name : {"tree", "tree/a", "tree/sub", "tree/sub/b", "tree/sub/deeper"})
    EXPECT_EQ(mode_of(at(name)), 0644U) << name;
}

TEST_F(SetFolderPermissions, FollowsThePath_SETFOLDERPERMISSIONS_2) {
  fs::create_directory_symlink("tree", at("link"));
  EXPECT_EQ(set({{"path", at("link")}, {"permissions", "0711"}}), "");
  EXPECT_EQ(mode_of(at("tree")), 0711U);
  EXPECT_EQ(mode_of(at("tree/sub/b")), 0711U);
}

TEST_F(SetFolderPermissions, NeedsAFolder_SETFOLDERPERMISSIONS_3) {
  EXPECT_EQ(set({{"path", at("outside")}, {"permissions", "0700"}}),
            "SetFolderPermissions: inputs[0]: " + at("outside") +
                " is no folder; SetFilePermissions sets the permissions of files");
  EXPECT_EQ(set({{"path", at("no")}, {"permissions", "0700"}}),
            "SetFolderPermissions: inputs[0]: " + at("no") + " does not exist");
  EXPECT_THAT(set({{"path", at("tree")}, {"permissions", "9"}}), HasSubstr("octal"));
}

TEST_F(SetFolderPermissions, CountsWhatDoesNotTakeTheMode) {
  if (!root_or_say_why_not()) return;
  for (const auto* name : {"tree/a", "tree/sub/b"}) {
    ASSERT_EQ(::chown(at(name).c_str(), 1, 2), 0);
  }
  for (const auto* name : {"tree", "tree/sub", "tree/sub/deeper"})
    ASSERT_EQ(::chown(at(name).c_str(), 1, 1), 0);
  ASSERT_EQ(::chmod(temporary_.path().c_str(), 0755), 0);
  ASSERT_EQ(::setegid(1), 0);
  ASSERT_EQ(::seteuid(1), 0);
  const auto error = set({{"path", at("tree")}, {"permissions", "2755"}});
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_EQ(::setegid(0), 0);
  EXPECT_EQ(error, "");
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("; 1 more are alike")));
}

TEST_F(SetFolderPermissions, Stops) {
  for (int i = 0; i < 200; ++i)
    write("tree/" + std::to_string(i), "");
  context_.stop_after = 3;
  EXPECT_THAT(set({{"path", at("tree")}, {"permissions", "0700"}}),
              HasSubstr("stopped while setting the mode of " + at("tree")));
}

}  // namespace
}  // namespace ibtest
