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
using testing::IsEmpty;
namespace fs = std::filesystem;

class SetFilePermissions : public ModuleTest {
 protected:
  std::string set(const std::string& path, const std::string& permissions) {
    return run("SetFilePermissions", {{{"path", path}, {"permissions", permissions}}}).error;
  }
};

TEST_F(SetFilePermissions, SetsTheExactMode_SETFILEPERMISSIONS_1_PERM_1_PERM_2_PERM_4) {
  write("work/a", "");
  EXPECT_EQ(set("a", "0777"), "");
  EXPECT_EQ(mode_of(at("work/a")), 0777U) << "whatever the umask";
  EXPECT_EQ(set("a", "666"), "");
  EXPECT_EQ(mode_of(at("work/a")), 0666U);
  EXPECT_EQ(set("a/", "6755"), "");
  EXPECT_EQ(mode_of(at("work/a")), 06755U);
  EXPECT_EQ(set("a", "000"), "");
  EXPECT_EQ(mode_of(at("work/a")), 0U);
  EXPECT_THAT(context_.warned, IsEmpty());
  EXPECT_EQ(context_.logged.front(), "Set the permissions of file " + at("work/a"));
}

TEST_F(SetFilePermissions, TakesTheTextOfAScalar_GEN_6) {
  write("a", "");
  EXPECT_EQ(run("SetFilePermissions", {{{"path", at("a")}, {"permissions", 750}}}).error, "");
  EXPECT_EQ(mode_of(at("a")), 0750U);
}

TEST_F(SetFilePermissions, FollowsLinksAndRefusesFolders_SETFILEPERMISSIONS_2) {
  write("a1", "");
  fs::create_symlink("a1", at("link"));
  EXPECT_EQ(set(at("link"), "0700"), "");
  EXPECT_EQ(mode_of(at("a1")), 0700U);
  EXPECT_EQ(set(at("work"), "0700"), "SetFilePermissions: inputs[0]: " + at("work") +
                                         " is a folder; SetFolderPermissions sets the permissions of folders");
  EXPECT_EQ(set(at("a*"), "0700"), "SetFilePermissions: inputs[0]: " + at("a*") + " does not exist");
}

TEST_F(SetFilePermissions, RefusesWhatIsNotOctal_PERM_1) {
  write("a", "");
  for (const auto* text : {"0o755", "u+x", "rwxr-xr-x", "99", "07777", "0888"}) {
    EXPECT_THAT(set(at("a"), text), HasSubstr("must be three or four octal digits")) << text;
  }
}

TEST_F(SetFilePermissions, WarnsWhenTheModeIsNotTaken) {
  if (!root_or_say_why_not()) return;
  write("a", "");
  // Without the right to keep it, the kernel drops the set-group-ID bit of a file of another group.
  ASSERT_EQ(::chown(at("a").c_str(), 1, 2), 0);
  ASSERT_EQ(::chmod(temporary_.path().c_str(), 0755), 0);
  ASSERT_EQ(::setegid(1), 0);
  ASSERT_EQ(::seteuid(1), 0);
  const auto error = set(at("a"), "2755");
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_EQ(::setegid(0), 0);
  EXPECT_EQ(error, "");
  EXPECT_THAT(context_.warned, ElementsAre(at("a") + " has the mode 0755, not 2755: its file system did not take it"));
}

}  // namespace
}  // namespace ibtest
