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
using Outcome = ActionResult::Outcome;
using Json = nlohmann::ordered_json;

class CreateFile : public ModuleTest {
 protected:
  ActionResult create(const Json& inputs) { return run("CreateFile", inputs); }
};

TEST_F(CreateFile, WritesContentAsGivenAndMissingParents_CREATEFILE_1_ENC_3) {
  const auto result = create({{{"path", at("a/b/c.txt")}, {"content", "line\r\n\\n no line break"}}});
  EXPECT_EQ(result.outcome, Outcome::success) << result.error;
  EXPECT_EQ(read("a/b/c.txt"), "line\r\n\\n no line break");
  EXPECT_EQ(mode_of(at("a/b")), 0755U);
  EXPECT_EQ(mode_of(at("a/b/c.txt")), 0644U) << "PERM-3: 0666 & ~022";
  EXPECT_EQ(result.outputs, Json::array()) << "OUT-4";
  EXPECT_EQ(result.exit_code, std::nullopt) << "LOG-11";
}

TEST_F(CreateFile, WritesAnEmptyFileWithoutContent_CREATEFILE_3) {
  write("x", "old");
  EXPECT_EQ(create({{{"path", at("x")}}}).error, "");
  EXPECT_TRUE(exists("x"));
  EXPECT_EQ(read("x"), "");
}

TEST_F(CreateFile, RewritesAnExistingFileInPlace_CREATEFILE_2_EMU_9) {
  write("x", "a longer old content");
  struct stat before {};
  ASSERT_EQ(::stat(at("x").c_str(), &before), 0);
  EXPECT_EQ(create({{{"path", at("x")}, {"content", "new"}}}).error, "");
  struct stat after {};
  ASSERT_EQ(::stat(at("x").c_str(), &after), 0);
  EXPECT_EQ(read("x"), "new");
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(CreateFile, LeavesAnExistingFileAloneWithOverwriteFalse_CREATEFILE_2) {
  write("x", "old");
  EXPECT_EQ(create({{{"path", at("x")}, {"content", "new"}, {"overwrite", false}}}).error,
            "CreateFile: inputs[0]: " + at("x") + " exists already, and overwrite is false");
  EXPECT_EQ(read("x"), "old");
  EXPECT_EQ(create({{{"path", at("y")}, {"content", "new"}, {"overwrite", false}}}).error, "");
  EXPECT_EQ(read("y"), "new");
}

TEST_F(CreateFile, RefusesFolders_CREATEFILE_6) {
  EXPECT_THAT(create({{{"path", at("new/")}}}).error, HasSubstr("ends with a separator"));
  EXPECT_FALSE(exists("new"));
  EXPECT_THAT(create({{{"path", at("work")}}}).error, HasSubstr("Is a directory"));
}

TEST_F(CreateFile, FollowsLinks_CREATEFILE_6) {
  write("target", "old");
  std::filesystem::create_symlink("target", at("link"));
  std::filesystem::create_symlink("made", at("dangling"));
  EXPECT_EQ(create({{{"path", at("link")}, {"content", "1"}}, {{"path", at("dangling")}, {"content", "2"}}}).error, "");
  EXPECT_EQ(read("target"), "1");
  EXPECT_EQ(read("made"), "2");
  EXPECT_TRUE(std::filesystem::is_symlink(at("dangling")));
}

TEST_F(CreateFile, TakesAStarLiterally_CREATEFILE_6) {
  EXPECT_EQ(create({{{"path", at("*.x")}}}).error, "");
  EXPECT_TRUE(exists("*.x"));
}

TEST_F(CreateFile, WritesAllEncodings_ENC_1_ENC_2) {
  EXPECT_EQ(create({{{"path", at("x")}, {"content", "a€"}, {"encoding", "UTF16-BE"}}}).error, "");
  EXPECT_EQ(read("x"), std::string("\0a\x20\xac", 4));
}

TEST_F(CreateFile, TakesPathsBelowTheWorkingFolder_GEN_12) {
  EXPECT_EQ(create({{{"path", "sub/x"}, {"content", "1"}}}).error, "");
  EXPECT_EQ(read("work/sub/x"), "1");
}

TEST_F(CreateFile, ExpandsNothing_PATH_2_PATH_4) {
  EXPECT_EQ(create({{{"path", "~/$HOME/ x "}, {"content", "1"}}}).error, "");
  EXPECT_EQ(read("work/~/$HOME/ x "), "1");
}

TEST_F(CreateFile, RefusesNulInPaths_PATH_4) {
  EXPECT_EQ(create({{{"path", at("a") + std::string("\0b", 2)}}}).error,
            "CreateFile: inputs[0]: path holds a NUL character");
  EXPECT_FALSE(exists("a"));
}

TEST_F(CreateFile, LimitsTheModeByTheUmaskAndSaysSo_PERM_1_PERM_3) {
  EXPECT_EQ(create({{{"path", at("a")}, {"permissions", "0777"}}, {{"path", at("b")}, {"permissions", "600"}}}).error,
            "");
  EXPECT_EQ(mode_of(at("a")), 0755U);
  EXPECT_EQ(mode_of(at("b")), 0600U);
  EXPECT_THAT(context_.warned, ElementsAre(at("a") + ": permissions 0777 are limited to 0755 by the umask 0022"));
}

TEST_F(CreateFile, AppliesAFourthDigit_PERM_2) {
  EXPECT_EQ(create({{{"path", at("a")}, {"permissions", "4755"}}}).error, "");
  EXPECT_EQ(mode_of(at("a")), 04755U);
}

TEST_F(CreateFile, RefusesOtherModes_PERM_1) {
  for (const auto* mode : {"0o755", "u+x", "rwxr-xr-x", "8", "77", "00777", "789"}) {
    EXPECT_EQ(create({{{"path", at("x")}, {"permissions", mode}}}).error,
              std::string("CreateFile: inputs[0]: permissions `") + mode +
                  "` must be three or four octal digits, as in 0644");
  }
  EXPECT_FALSE(exists("x"));
}

TEST_F(CreateFile, ChangesOfAnExistingFileOnlyWhatIsGiven_PERM_5) {
  write("x", "old");
  ASSERT_EQ(::chmod(at("x").c_str(), 0600), 0);
  EXPECT_EQ(create({{{"path", at("x")}, {"content", "1"}}}).error, "");
  EXPECT_EQ(mode_of(at("x")), 0600U);
  EXPECT_EQ(create({{{"path", at("x")}, {"content", "1"}, {"permissions", "640"}}}).error, "");
  EXPECT_EQ(mode_of(at("x")), 0640U);
}

TEST_F(CreateFile, SetsOwnerThenMode_CREATEFILE_4_OWN_3_OWN_4) {
  if (!root_or_say_why_not()) return;
  EXPECT_EQ(create({{{"path", at("x")}, {"owner", "daemon"}, {"permissions", "4750"}},
                    {{"path", at("y")}, {"group", "4711"}},
                    {{"path", at("z")}, {"owner", "1234"}, {"group", "daemon"}}})
                .error,
            "");
  struct stat status {};
  ASSERT_EQ(::stat(at("x").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1U);
  EXPECT_EQ(status.st_gid, ::getegid()) << "OWN-3: the executor's group";
  EXPECT_EQ(mode_of(at("x")), 04750U) << "OWN-4: chown clears setuid, so the mode is set after it";
  ASSERT_EQ(::stat(at("y").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, ::geteuid());
  EXPECT_EQ(status.st_gid, 4711U);
  ASSERT_EQ(::stat(at("z").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1234U);
  EXPECT_EQ(status.st_gid, 1U);
}

TEST_F(CreateFile, LooksAccountsUpBeforeItWrites_OWN_2) {
  EXPECT_EQ(create({{{"path", at("x")}, {"owner", "nobody-here"}}}).error,
            "CreateFile: inputs[0]: owner: unknown user `nobody-here`");
  EXPECT_EQ(create({{{"path", at("x")}, {"group", "nobody-here"}}}).error,
            "CreateFile: inputs[0]: group: unknown group `nobody-here`");
  EXPECT_FALSE(exists("x"));
}

TEST_F(CreateFile, StopsAtTheFirstFailingItem_LIST_1_LIST_2) {
  write("file", "");
  const auto result = create({{{"path", at("1")}}, {{"path", at("2")}}, {{"path", at("file/x")}}, {{"path", at("4")}}});
  EXPECT_EQ(result.outcome, Outcome::failure);
  EXPECT_THAT(result.error, testing::StartsWith("CreateFile: inputs[2]: "));
  EXPECT_THAT(result.error, HasSubstr("Not a directory"));
  EXPECT_TRUE(exists("1"));
  EXPECT_TRUE(exists("2"));
  EXPECT_FALSE(exists("4"));
}

TEST_F(CreateFile, CanBeRepeated_LIST_3_GEN_17) {
  const Json inputs = {{{"path", at("1")}, {"content", "x"}}, {{"path", at("2")}}};
  EXPECT_EQ(create(inputs).error, "");
  EXPECT_EQ(create(inputs).error, "");
  EXPECT_EQ(read("1"), "x");
}

TEST_F(CreateFile, ChecksAllItemsBeforeTheFirstIsRun_LIST_4) {
  EXPECT_EQ(create({{{"path", at("1")}}, {{"content", "x"}}}).error, "CreateFile: inputs[1]: path is missing");
  EXPECT_FALSE(exists("1"));
}

TEST_F(CreateFile, StopsBetweenItems) {
  context_.stop_after = 2;
  EXPECT_EQ(create({{{"path", at("1")}}, {{"path", at("2")}}}).error,
            "CreateFile: inputs[1]: stopped before this item");
  EXPECT_FALSE(exists("2"));
}

TEST_F(CreateFile, LeavesNoPartOfANewFileOnAFullDisk) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  const auto result = create({{{"path", at("disk/new")}, {"content", std::string(200'000, 'x')}}});
  EXPECT_EQ(result.error, "CreateFile: inputs[0]: writing " + at("disk/new") + ": No space left on device");
  EXPECT_FALSE(exists("disk/new"));
  std::filesystem::create_symlink("made", at("disk/link"));
  EXPECT_THAT(create({{{"path", at("disk/link")}, {"content", std::string(200'000, 'x')}}}).error,
              HasSubstr("No space left on device"));
  EXPECT_FALSE(exists("disk/made"));
  EXPECT_TRUE(exists("disk/link"));
}

TEST_F(CreateFile, KeepsTheOldContentOnAFullDisk) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  write("disk/old", "keep me");
  EXPECT_THAT(create({{{"path", at("disk/old")}, {"content", std::string(200'000, 'x')}}}).error,
              HasSubstr("No space left on device"));
  EXPECT_EQ(read("disk/old"), "keep me");
}

TEST_F(CreateFile, WritesToDevices) {
  EXPECT_EQ(create({{{"path", "/dev/null"}, {"content", "x"}}}).error, "");
  EXPECT_EQ(create({{{"path", "/dev/full"}, {"content", "x"}}}).error,
            "CreateFile: inputs[0]: writing /dev/full: No space left on device");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST_F(CreateFile, DoesNotWaitForAPipesReader) {
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_THAT(create({{{"path", at("pipe")}, {"content", "x"}}}).error, HasSubstr("No such device or address"));
}

TEST_F(CreateFile, SaysWhatItDid_GEN_20) {
  EXPECT_EQ(create({{{"path", at("x")}}}).error, "");
  EXPECT_THAT(context_.logged, ElementsAre("Created file " + at("x")));
}

}  // namespace
}  // namespace ibtest
