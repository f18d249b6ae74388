#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class MoveFile : public ModuleTest {
 protected:
  std::string move(const std::string& source, const std::string& destination, bool overwrite = true) {
    return run("MoveFile", {{{"source", source}, {"destination", destination}, {"overwrite", overwrite}}}).error;
  }
};

TEST_F(MoveFile, ReadsSourceAndDestinationAsCopyFileDoes_MOVEFILE_1) {
  write("a", "content");
  EXPECT_EQ(move(at("a"), at("b")), "") << "COPYFILE-1";
  EXPECT_FALSE(exists("a"));
  EXPECT_EQ(move(at("b"), at("work/")), "");
  EXPECT_EQ(read("work/b"), "content");
  for (const auto* name : {"1.x", "2.x", "3.y"})
    write(name, name);
  EXPECT_THAT(move(at("*.x"), at("to")), HasSubstr("2 files match")) << "COPYFILE-4";
  EXPECT_EQ(move(at("*.x"), at("work/")), "") << "COPYFILE-3";
  EXPECT_TRUE(exists("work/1.x"));
  EXPECT_TRUE(exists("work/2.x"));
  EXPECT_TRUE(exists("3.y"));
  EXPECT_EQ(move(at("3.y"), at("work")),
            "MoveFile: inputs[0]: " + at("work") + " is a folder; end destination with `/` to move into it")
      << "COPYFILE-6";
}

TEST_F(MoveFile, NeedsASource_MOVEFILE_1_COPYFILE_8) {
  EXPECT_EQ(move(at("a"), at("b/")), "MoveFile: inputs[0]: " + at("a") + " does not exist");
  EXPECT_EQ(move(at("a*"), at("b/")), "MoveFile: inputs[0]: no file matches " + at("a*"));
  EXPECT_EQ(move(at("work"), at("b/")),
            "MoveFile: inputs[0]: " + at("work") + " is a folder; MoveFolder moves folders");
  EXPECT_FALSE(exists("b"));
}

TEST_F(MoveFile, ReplacesExistingFilesUnlessToldNotTo_MOVEFILE_2) {
  write("a", "new");
  write("b", "old");
  EXPECT_EQ(move(at("a"), at("b"), false),
            "MoveFile: inputs[0]: " + at("b") + " exists already, and overwrite is false");
  EXPECT_EQ(read("a"), "new");
  EXPECT_EQ(read("b"), "old");
  EXPECT_EQ(move(at("a"), at("b")), "");
  EXPECT_EQ(read("b"), "new");
  EXPECT_EQ(move(at("b"), at("c"), false), "");
}

TEST_F(MoveFile, CreatesFolders_MOVEFILE_3) {
  write("a", "content");
  EXPECT_EQ(move(at("a"), at("x/y/z")), "");
  EXPECT_EQ(read("x/y/z"), "content");
}

TEST_F(MoveFile, KeepsModeOwnerAndTimeAcrossFileSystems_MOVEFILE_4) {
  if (!root_or_say_why_not()) return;
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  write("a", "content");
  ASSERT_EQ(::chown(at("a").c_str(), 1, 2), 0);
  ASSERT_EQ(::chmod(at("a").c_str(), 04751), 0);
  const std::array<timespec, 2> long_ago = {timespec{1000, 5}, timespec{2000, 6}};
  ASSERT_EQ(::utimensat(AT_FDCWD, at("a").c_str(), long_ago.data(), 0), 0);
  write("disk/a", "old");
  EXPECT_EQ(move(at("a"), at("disk/")), "");
  EXPECT_FALSE(exists("a"));
  EXPECT_EQ(read("disk/a"), "content");
  struct stat status {};
  ASSERT_EQ(::stat(at("disk/a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 04751U);
  EXPECT_EQ(status.st_uid, 1U);
  EXPECT_EQ(status.st_gid, 2U);
  EXPECT_EQ(status.st_mtim.tv_sec, 2000);
  EXPECT_EQ(std::distance(fs::directory_iterator(at("disk")), {}), 1) << "no temporary names stay";
}

TEST_F(MoveFile, KeepsCapabilitiesAcrossFileSystems_MOVEFILE_4) {
  if (!root_or_say_why_not()) return;
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  write("ping", "");
  // Version 2, effective, CAP_NET_RAW permitted.
  const std::array<unsigned char, 20> capability = {1, 0, 0, 2, 0, 0x20};
  if (::setxattr(at("ping").c_str(), "security.capability", capability.data(), capability.size(), 0) != 0) {
    cannot_run("needs a file system that keeps capabilities");
    return;
  }
  EXPECT_EQ(move(at("ping"), at("disk/")), "");
  std::array<unsigned char, 20> moved{};
  EXPECT_EQ(::getxattr(at("disk/ping").c_str(), "security.capability", moved.data(), moved.size()), 20);
  EXPECT_EQ(moved, capability);
}

TEST_F(MoveFile, MovesLinksAndPipesAsTheyAre_MOVEFILE_4) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  for (const auto* name : {"link", "other-link"})
    fs::create_symlink("nowhere", at(name));
  fs::create_symlink("work", at("to-folder"));
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_EQ(move(at("link"), at("moved")), "");
  EXPECT_EQ(fs::read_symlink(at("moved")), "nowhere");
  EXPECT_EQ(move(at("to-folder"), at("still-to-folder")), "");
  for (const auto* name : {"other-link", "pipe"})
    EXPECT_EQ(move(at(name), at("disk/")), "");
  EXPECT_EQ(fs::read_symlink(at("disk/other-link")), "nowhere");
  EXPECT_EQ(fs::status(at("disk/pipe")).type(), fs::file_type::fifo);
  EXPECT_FALSE(exists("pipe"));
  EXPECT_FALSE(exists("other-link"));
}

TEST_F(MoveFile, KeepsTheSourceWhenTheOtherDiskIsFull_MOVEFILE_4) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  write("big", std::string(200'000, 'x'));
  EXPECT_THAT(move(at("big"), at("disk/")), HasSubstr("No space left on device"));
  EXPECT_TRUE(exists("big"));
  EXPECT_TRUE(fs::is_empty(at("disk")));
}

TEST_F(MoveFile, RefusesToMoveAFileOntoItself_MOVEFILE_5) {
  write("a", "content");
  fs::create_hard_link(at("a"), at("hard"));
  fs::create_symlink("a", at("link"));
  EXPECT_THAT(move(at("a"), at("a")), HasSubstr("are the same file"));
  EXPECT_THAT(move(at("a"), at("hard")), HasSubstr("are the same file"));
  EXPECT_THAT(move(at("link"), at("a")), HasSubstr("are the same file")) << "it would lead to itself";
  EXPECT_EQ(move(at("a"), at("link")), "") << "the link is replaced";
  EXPECT_EQ(read("link"), "content");
}

TEST_F(MoveFile, ExplainsMountedFiles_EMU_9) {
  write("hosts", "");
  write("runtime-hosts", "");
  const auto mount = Mount::file_over(at("runtime-hosts"), at("hosts"));
  if (!mount.is_mounted()) return;
  EXPECT_THAT(move(at("hosts"), at("b")), HasSubstr("(it is a mount point"));
}

}  // namespace
}  // namespace ibtest
