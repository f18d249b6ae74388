// Sandboxes of users who are not root.
#include <fstream>

#include "tests/e2e/sandbox_fixture.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// As a user who is not root, with or without subordinate ids.
class UserSandboxTest : public SandboxTest {
 protected:
  void SetUp() override {
    tool({"useradd", "--create-home", "--home-dir", (folder_ / "home").string(), name_});
    ids_ = tool({"id", "-u", name_}).output;
    ids_.pop_back();
    for (const char* const program : {"ibtest", "ibtest-agent"})
      fs::copy_file(std::string(IBTEST_BIN) + "/" + program, folder_ / program);
    tool({"chown", name_ + ":", folder_.string(), scratch_.string()});
  }
  void TearDown() override {
    tool({"pkill", "-KILL", "-u", ids_});  // podman leaves a process
    tool({"userdel", "--force", name_});
    SandboxTest::TearDown();
  }

  ProgramResult as_user(std::vector<std::string> arguments) const {
    std::vector<std::string> command{"setpriv",
                                     "--reuid",
                                     ids_,
                                     "--regid",
                                     ids_,
                                     "--clear-groups",
                                     "env",
                                     "TMPDIR=" + scratch_.string(),
                                     "HOME=" + (folder_ / "home").string(),
                                     (folder_ / "ibtest").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return tool(command);
  }

  const std::string name_ = "ibtest-user";
  std::string ids_;
};

TEST_F(UserSandboxTest, IsRootInsideAndChangesNothingOutside) {
  write_scripts("user.yml", {"id -u; echo mine > /etc/ibtest-leak; echo more >> " + (folder_ / "home/file").string() +
                                 "; cat /etc/ibtest-leak " + (folder_ / "home/file").string(),
                             "echo 7 > /proc/sys/kernel/panic || mount -t tmpfs x /mnt || hostname x || echo refused"});
  std::ofstream(folder_ / "home/file") << "original\n";
  tool({"chown", name_ + ":", (folder_ / "home/file").string()});
  const ProgramResult result = as_user({"run", "user.yml", "--target", "sandbox"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step1 | 0\n  Step1 | mine\n  Step1 | original\n  Step1 | more\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step2 | refused"));
  EXPECT_EQ(content_of(folder_ / "home/file"), "original\n");
  EXPECT_FALSE(fs::exists("/etc/ibtest-leak"));
}

TEST_F(UserSandboxTest, UnpacksARootWithAllItsOwners) {
  make_root();
  ASSERT_EQ(tool({"bash", "-c", "chown 1:8 root/etc/debian_version; tar -C root -czf root.tar.gz ."}).status, 0);
  write_scripts("user.yml",
                {"stat -c %U:%G /etc/debian_version; useradd new && chown new /etc/debian_version && stat -c %U "
                 "/etc/debian_version",
                 "[ -e /opt/rebooted ] || { touch /opt/rebooted; exit 194; }", "stat -c %U /etc/debian_version"});
  const ProgramResult result = as_user({"run", "user.yml", "--target", "sandbox:root.tar.gz"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step1 | daemon:mail\n  Step1 | new\n"));
  EXPECT_THAT(result.errors, HasSubstr("Step3 | new\n"));
  EXPECT_EQ(as_user({"clean", "--all"}).status, 0);
  EXPECT_TRUE(fs::is_empty(folder_ / "home/.cache/ibtest/roots"));
}

TEST_F(UserSandboxTest, NeedsSubordinateIds) {
  tool({"bash", "-c", "sed -i '/^" + name_ + ":/d' /etc/subuid /etc/subgid"});
  write_scripts("one.yml", {"true"});
  const ProgramResult result = as_user({"run", "one.yml", "--target", "sandbox"});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("has no 65536 subordinate ids in /etc/subuid"));
  EXPECT_THAT(result.errors, HasSubstr("usermod --add-subuids 100000-165535 " + name_));
  write("root.tar", "");
  const ProgramResult unpacking = as_user({"run", "one.yml", "--target", "sandbox:root.tar"});
  EXPECT_EQ(unpacking.status, 3);
  EXPECT_THAT(unpacking.errors, HasSubstr("root.tar: the user " + name_ + " has no 65536 subordinate ids"));
}

}  // namespace
}  // namespace ibtest
