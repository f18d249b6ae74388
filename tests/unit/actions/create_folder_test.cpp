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
using Json = nlohmann::ordered_json;

class CreateFolder : public ModuleTest {
 protected:
  ActionResult create(const Json& inputs) { return run("CreateFolder", inputs); }
};

TEST_F(CreateFolder, CreatesParentsWithTheirDefaults_CREATEFOLDER_1) {
  EXPECT_EQ(create({{{"path", at("a/b/c/")}, {"permissions", "700"}}}).error, "");
  EXPECT_EQ(mode_of(at("a/b")), 0755U);
  EXPECT_EQ(mode_of(at("a/b/c")), 0700U);
}

TEST_F(CreateFolder, HasMode0755ByDefault_PERM_3) {
  EXPECT_EQ(create({{{"path", at("a")}}}).error, "");
  EXPECT_EQ(mode_of(at("a")), 0755U);
  EXPECT_THAT(context_.warned, IsEmpty());
  EXPECT_EQ(create({{{"path", at("b")}, {"permissions", "0777"}}}).error, "");
  EXPECT_EQ(mode_of(at("b")), 0755U);
  EXPECT_THAT(context_.warned, ElementsAre(at("b") + ": permissions 0777 are limited to 0755 by the umask 0022"));
}

TEST_F(CreateFolder, AppliesSpecialBits_PERM_2) {
  EXPECT_EQ(create({{{"path", at("a")}, {"permissions", "3755"}}}).error, "");
  EXPECT_EQ(mode_of(at("a")), 03755U);
}

TEST_F(CreateFolder, RefusesAnExistingFolderWithOverwriteFalse_CREATEFOLDER_2) {
  EXPECT_EQ(create({{{"path", at("work")}, {"overwrite", false}}}).error,
            "CreateFolder: inputs[0]: " + at("work") + " exists already, and overwrite is false");
}

TEST_F(CreateFolder, KeepsTheContentsOfAnExistingFolder_CREATEFOLDER_3_PERM_5) {
  write("work/x", "1");
  ASSERT_EQ(::chmod(at("work").c_str(), 0710), 0);
  EXPECT_EQ(create({{{"path", at("work")}}}).error, "");
  EXPECT_EQ(read("work/x"), "1");
  EXPECT_EQ(mode_of(at("work")), 0710U) << "nothing given, nothing changed";
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("is not empty; its contents are kept")));
  EXPECT_EQ(create({{{"path", at("work")}, {"permissions", "0750"}}}).error, "");
  EXPECT_EQ(mode_of(at("work")), 0750U);
}

TEST_F(CreateFolder, DoesNotWarnOfAnEmptyFolder_CREATEFOLDER_3) {
  std::filesystem::create_directory(at("empty"));
  EXPECT_EQ(create({{{"path", at("empty")}}}).error, "");
  EXPECT_THAT(context_.warned, IsEmpty());
}

TEST_F(CreateFolder, SetsOwnerAndGroup_CREATEFOLDER_4_OWN_3) {
  if (!root_or_say_why_not()) return;
  EXPECT_EQ(create({{{"path", at("p/x")}, {"owner", "daemon"}, {"permissions", "2750"}}}).error, "");
  struct stat status {};
  ASSERT_EQ(::stat(at("p/x").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1U);
  EXPECT_EQ(status.st_gid, ::getegid());
  EXPECT_EQ(mode_of(at("p/x")), 02750U);
  ASSERT_EQ(::stat(at("p").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, ::geteuid()) << "CREATEFOLDER-1: parents belong to the executor";
}

TEST_F(CreateFolder, KeepsAnInheritedSetGroupIdBit) {
  ASSERT_EQ(::chmod(at("work").c_str(), 02755), 0);
  EXPECT_EQ(create({{{"path", at("work/x")}}}).error, "");
  EXPECT_EQ(mode_of(at("work/x")), 02755U);
}

TEST_F(CreateFolder, RefusesAFileOfThatName_CREATEFOLDER_5) {
  write("x", "1");
  EXPECT_EQ(create({{{"path", at("x")}}}).error, "CreateFolder: inputs[0]: " + at("x") + " exists and is no folder");
  std::filesystem::create_symlink("nowhere", at("dangling"));
  EXPECT_THAT(create({{{"path", at("dangling")}}}).error, HasSubstr("exists and is no folder"));
  std::filesystem::create_symlink("work", at("link"));
  EXPECT_EQ(create({{{"path", at("link")}}}).error, "");
}

TEST_F(CreateFolder, LooksAccountsUpBeforeItCreates_OWN_2) {
  EXPECT_THAT(create({{{"path", at("a/b")}, {"owner", "nobody-here"}}}).error, HasSubstr("unknown user `nobody-here`"));
  EXPECT_THAT(create({{{"path", at("a/b")}, {"permissions", "9"}}}).error, HasSubstr("octal"));
  EXPECT_FALSE(exists("a"));
}

TEST_F(CreateFolder, TakesTheRootFolderAsExisting) {
  EXPECT_EQ(create({{{"path", "/"}}}).error, "");
  EXPECT_THAT(create({{{"path", "/"}, {"overwrite", false}}}).error, HasSubstr("exists already"));
}

}  // namespace
}  // namespace ibtest
