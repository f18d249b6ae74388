#include <array>
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

class CopyFile : public ModuleTest {
 protected:
  std::string copy(const std::string& source, const std::string& destination, const Json& more = {}) {
    Json item = {{"source", source}, {"destination", destination}};
    item.update(more.is_null() ? Json::object() : more);
    return run("CopyFile", Json::array({item})).error;
  }
};

TEST_F(CopyFile, TakesTheTextAfterTheLastSeparatorAsName_COPYFILE_1_COPYFILE_2) {
  write("a", "content");
  EXPECT_EQ(copy(at("a"), at("x/y/b")), "");
  EXPECT_EQ(read("x/y/b"), "content");
  EXPECT_EQ(mode_of(at("x/y")), 0755U);
  EXPECT_THAT(context_.logged, ElementsAre("Copied file " + at("a") + " to " + at("x/y/b")));
}

TEST_F(CopyFile, KeepsTheNameBelowATrailingSeparator_COPYFILE_1_PATH_3) {
  write("a", "content");
  EXPECT_EQ(copy(at("a/"), at("x/y//")), "");
  EXPECT_EQ(read("x/y/a"), "content");
}

TEST_F(CopyFile, TakesRelativePaths_GEN_12) {
  write("work/a", "content");
  EXPECT_EQ(copy("a", "b"), "");
  EXPECT_EQ(copy("a", "./sub/"), "");
  EXPECT_EQ(read("work/b"), "content");
  EXPECT_EQ(read("work/sub/a"), "content");
}

TEST_F(CopyFile, CopiesAllFilesThatMatch_COPYFILE_3_GLOB_3_GLOB_4_GLOB_5) {
  fs::create_directories(at("work/d.x"));
  for (const auto* name : {"work/b.x", "work/a.x", "work/.c.x", "work/a.y", "work/d.x/e.x"})
    write(name, name);
  fs::create_symlink("a.y", at("work/link.x"));
  fs::create_symlink("nowhere", at("work/dangling.x"));
  EXPECT_EQ(copy("*.x", at("to/")), "");
  EXPECT_THAT(context_.logged, ElementsAre(HasSubstr("/.c.x to "), HasSubstr("/a.x to "), HasSubstr("/b.x to "),
                                           HasSubstr("/link.x to ")));
  EXPECT_EQ(read("to/link.x"), "work/a.y") << "COPYFILE-7: a link is followed";
  EXPECT_FALSE(fs::is_symlink(at("to/link.x")));
  EXPECT_FALSE(exists("to/d.x")) << "sub-folders are not entered";
  EXPECT_FALSE(exists("to/a.y"));
}

TEST_F(CopyFile, NeedsASeparatorForSeveralMatches_COPYFILE_4) {
  write("a.x", "a");
  EXPECT_EQ(copy(at("*.x"), at("only")), "");
  EXPECT_EQ(read("only"), "a");
  write("b.x", "b");
  EXPECT_EQ(copy(at("*.x"), at("to/several")),
            "CopyFile: inputs[0]: 2 files match " + at("*.x") + ", so destination must end with `/`");
  EXPECT_FALSE(exists("to")) << "nothing is copied";
}

TEST_F(CopyFile, ReplacesExistingFilesUnlessToldNotTo_COPYFILE_5) {
  write("a", "new");
  write("b", "old and longer");
  EXPECT_EQ(copy(at("a"), at("b")), "");
  EXPECT_EQ(read("b"), "new");
  write("b", "old");
  EXPECT_EQ(copy(at("a"), at("b"), {{"overwrite", false}}),
            "CopyFile: inputs[0]: " + at("b") + " exists already, and overwrite is false");
  EXPECT_EQ(read("b"), "old");
  fs::create_symlink("nowhere", at("dangling"));
  EXPECT_THAT(copy(at("a"), at("dangling"), {{"overwrite", false}}), HasSubstr("exists already"));
  EXPECT_FALSE(exists("nowhere"));
  EXPECT_EQ(copy(at("a"), at("c"), {{"overwrite", false}}), "");
}

TEST_F(CopyFile, ChecksMatchesOneByOne_COPYFILE_5_LIST_2) {
  fs::create_directories(at("to"));
  for (const auto* name : {"a.x", "b.x", "c.x", "to/b.x"})
    write(name, name);
  EXPECT_THAT(copy(at("*.x"), at("to/"), {{"overwrite", false}}), HasSubstr(at("to/b.x") + " exists already"));
  EXPECT_EQ(read("to/a.x"), "a.x") << "earlier copies stay";
  EXPECT_FALSE(exists("to/c.x"));
}

TEST_F(CopyFile, RefusesAFolderWithoutSeparator_COPYFILE_6) {
  write("a", "");
  EXPECT_EQ(copy(at("a"), at("work")),
            "CopyFile: inputs[0]: " + at("work") + " is a folder; end destination with `/` to copy into it");
  fs::create_directories(at("work/a"));
  EXPECT_EQ(copy(at("a"), at("work/")), "CopyFile: inputs[0]: " + at("work/a") + " is a folder");
}

TEST_F(CopyFile, GivesNewFilesModeOwnerAndTimeAsCpDoes_COPYFILE_7) {
  if (!root_or_say_why_not()) return;
  write("a", "");
  ASSERT_EQ(::chown(at("a").c_str(), 1, 1), 0);
  ASSERT_EQ(::chmod(at("a").c_str(), 06776), 0);
  const std::array<timespec, 2> long_ago = {timespec{1000, 0}, timespec{1000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, at("a").c_str(), long_ago.data(), 0), 0);
  EXPECT_EQ(copy(at("a"), at("b")), "");
  EXPECT_EQ(mode_of(at("b")), 0754U) << "0776 & ~022, and no special bits";
  struct stat status {};
  ASSERT_EQ(::stat(at("b").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, ::geteuid());
  EXPECT_GT(status.st_mtim.tv_sec, 1000);
}

TEST_F(CopyFile, WritesThroughToWhatExists_COPYFILE_7_EMU_9) {
  if (!root_or_say_why_not()) return;
  write("a", "new");
  write("b", "old");
  ASSERT_EQ(::chown(at("b").c_str(), 1, 1), 0);
  ASSERT_EQ(::chmod(at("b").c_str(), 0600), 0);
  fs::create_symlink("b", at("link"));
  EXPECT_EQ(copy(at("a"), at("link")), "");
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(read("b"), "new");
  struct stat status {};
  ASSERT_EQ(::stat(at("b").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1U);
  EXPECT_EQ(mode_of(at("b")), 0600U);
  fs::create_symlink("work/fresh", at("to-nothing"));
  EXPECT_EQ(copy(at("a"), at("to-nothing")), "");
  EXPECT_EQ(read("work/fresh"), "new");
  const auto mount = Mount::file_over(at("b"), at("a"));
  if (!mount.is_mounted()) return;
  write("c", "mounted");
  EXPECT_EQ(copy(at("c"), at("a")), "");
  EXPECT_EQ(read("b"), "mounted");
}

TEST_F(CopyFile, NeedsASourceThatCanBeCopied_COPYFILE_8) {
  EXPECT_EQ(copy(at("a"), at("b/")), "CopyFile: inputs[0]: " + at("a") + " does not exist");
  EXPECT_EQ(copy(at("a*"), at("b/")), "CopyFile: inputs[0]: no file matches " + at("a*"));
  EXPECT_EQ(copy(at("work"), at("b/")),
            "CopyFile: inputs[0]: " + at("work") + " is a folder; CopyFolder copies folders");
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_THAT(copy(at("pipe"), at("b/")), HasSubstr("is a pipe, socket or disk"));
  EXPECT_FALSE(exists("b")) << "nothing is created for it";
}

TEST_F(CopyFile, RefusesToCopyAFileOntoItself_COPYFILE_8) {
  write("a", "content");
  fs::create_symlink("a", at("link"));
  fs::create_hard_link(at("a"), at("hard"));
  for (const auto* name : {"a", "link", "hard", "work/../a"}) {
    EXPECT_THAT(copy(at("a"), at(name)), HasSubstr("are the same file")) << name;
  }
  EXPECT_EQ(read("a"), "content");
}

TEST_F(CopyFile, RefusesUnusablePaths_GLOB_2_PATH_4) {
  EXPECT_THAT(copy(at("*/a"), at("b/")), HasSubstr("`*` may stand in the last part of a path only"));
  EXPECT_EQ(copy("a", std::string("b\0c", 3)), "CopyFile: inputs[0]: destination: path holds a NUL character");
  EXPECT_EQ(copy("/..", at("b/")), "CopyFile: inputs[0]: /.. has no name that destination could keep");
}

TEST_F(CopyFile, CopiesWhatTheKernelCallsEmpty) {
  EXPECT_EQ(copy("/proc/self/status", at("status")), "");
  EXPECT_THAT(read("status"), HasSubstr("Pid:"));
  EXPECT_EQ(copy("/dev/null", at("nothing")), "");
  EXPECT_EQ(read("nothing"), "");
}

TEST_F(CopyFile, LeavesNothingHalfWrittenOnAFullDisk) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  write("big", std::string(200'000, 'x'));
  EXPECT_THAT(copy(at("big"), at("disk/big")), HasSubstr("No space left on device"));
  EXPECT_TRUE(fs::is_empty(at("disk")));
  write("disk/old", "old");
  EXPECT_THAT(copy(at("big"), at("disk/old")), HasSubstr("No space left on device"));
  EXPECT_EQ(read("disk/old"), "old") << "space is reserved before the old content goes";
}

TEST_F(CopyFile, CopiesAcrossFileSystems) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  write("a", std::string(50'000, 'x'));
  EXPECT_EQ(copy(at("a"), at("disk/")), "");
  EXPECT_EQ(read("disk/a"), read("a"));
}

TEST_F(CopyFile, StopsInTheMiddleOfAFile) {
  write("big", "");
  fs::resize_file(at("big"), 64U << 20U);
  context_.stop_after = 3;
  EXPECT_THAT(copy(at("big"), at("copy")), HasSubstr("stopped while writing " + at("copy")));
  EXPECT_FALSE(exists("copy"));
  EXPECT_EQ(std::distance(fs::directory_iterator(temporary_.path()), {}), 3) << "work, logs, big";
}

TEST_F(CopyFile, StopsBetweenFiles) {
  for (const auto* name : {"a.x", "b.x", "c.x"})
    write(name, "");
  context_.stop_after = 3;
  EXPECT_THAT(copy(at("*.x"), at("to/")), HasSubstr("stopped before copying " + at("b.x")));
  EXPECT_TRUE(exists("to/a.x"));
}

}  // namespace
}  // namespace ibtest
