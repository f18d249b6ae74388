#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class MoveFolder : public ModuleTest {
 protected:
  std::string move(const std::string& source, const std::string& destination, bool overwrite = true) {
    return run("MoveFolder", {{{"source", source}, {"destination", destination}, {"overwrite", overwrite}}}).error;
  }
  void make_source() {
    fs::create_directories(at("src/sub"));
    write("src/a", "a");
    write("src/sub/b", "b");
  }
};

TEST_F(MoveFolder, ReadsSourceAndDestinationAsCopyFolderDoes_MOVEFOLDER_1_MOVEFOLDER_2) {
  make_source();
  EXPECT_EQ(move(at("src"), at("x/y/dst")), "") << "COPYFOLDER-1";
  EXPECT_FALSE(exists("src"));
  EXPECT_EQ(move(at("x/y/dst//"), at("z/")), "") << "COPYFOLDER-2, COPYFOLDER-3";
  EXPECT_EQ(read("z/dst/sub/b"), "b");
  fs::create_directories(at("z/other"));
  write("z/file", "");
  EXPECT_THAT(move(at("z/*"), at("all")), HasSubstr("2 folders match")) << "COPYFOLDER-5";
  EXPECT_EQ(move(at("z/*"), at("all/")), "");
  EXPECT_TRUE(exists("all/dst"));
  EXPECT_TRUE(exists("all/other"));
  EXPECT_TRUE(exists("z/file"));
}

TEST_F(MoveFolder, MergesIntoAnExistingFolder_MOVEFOLDER_3) {
  make_source();
  fs::create_directories(at("dst/sub"));
  write("dst/a", "old");
  write("dst/sub/kept", "kept");
  EXPECT_EQ(move(at("src"), at("dst"), false),
            "MoveFolder: inputs[0]: " + at("dst") + " exists already, and overwrite is false");
  EXPECT_TRUE(exists("src/a"));
  EXPECT_EQ(move(at("src"), at("dst")), "");
  EXPECT_FALSE(exists("src"));
  EXPECT_EQ(read("dst/a"), "a");
  EXPECT_EQ(read("dst/sub/b"), "b");
  EXPECT_EQ(read("dst/sub/kept"), "kept");
}

TEST_F(MoveFolder, KeepsTheSourceWhenTheMergeFails_MOVEFOLDER_4) {
  make_source();
  fs::create_directories(at("dst/a"));
  EXPECT_THAT(move(at("src"), at("dst")), HasSubstr("is a folder, and"));
  EXPECT_EQ(read("src/a"), "a");
  EXPECT_EQ(read("src/sub/b"), "b");
}

TEST_F(MoveFolder, KeepsEverythingAcrossFileSystems_MOVEFOLDER_4) {
  if (!root_or_say_why_not()) return;
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  make_source();
  fs::create_symlink("a", at("src/link"));
  ASSERT_EQ(::mkfifo(at("src/pipe").c_str(), 0640), 0);
  for (const auto* name : {"src", "src/sub", "src/sub/b", "src/link", "src/pipe"})
    ASSERT_EQ(::lchown(at(name).c_str(), 1, 2), 0);
  ASSERT_EQ(::chmod(at("src/sub/b").c_str(), 06755), 0);
  ASSERT_EQ(::chmod(at("src/sub").c_str(), 02750), 0);
  ASSERT_EQ(::chmod(at("src/pipe").c_str(), 0666), 0);
  const std::array<timespec, 2> long_ago = {timespec{1000, 0}, timespec{2000, 0}};
  for (const auto* name : {"src/sub/b", "src/sub"})
    ASSERT_EQ(::utimensat(AT_FDCWD, at(name).c_str(), long_ago.data(), 0), 0);
  EXPECT_EQ(move(at("src"), at("disk/dst")), "");
  EXPECT_FALSE(exists("src"));
  EXPECT_EQ(read("disk/dst/sub/b"), "b");
  for (const auto* name : {"disk/dst", "disk/dst/sub", "disk/dst/sub/b", "disk/dst/link", "disk/dst/pipe"}) {
    struct stat status {};
    ASSERT_EQ(::lstat(at(name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_uid, 1U) << name;
    EXPECT_EQ(status.st_gid, 2U) << name;
  }
  EXPECT_EQ(mode_of(at("disk/dst/sub/b")), 06755U);
  EXPECT_EQ(mode_of(at("disk/dst/sub")), 02750U);
  EXPECT_EQ(mode_of(at("disk/dst/pipe")), 0666U);
  for (const auto* name : {"disk/dst/sub/b", "disk/dst/sub"}) {
    struct stat status {};
    ASSERT_EQ(::stat(at(name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mtim.tv_sec, 2000) << name;
  }
}

TEST_F(MoveFolder, LeavesTheSourceWholeWhenTheOtherDiskIsFull_MOVEFOLDER_4) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  make_source();
  write("src/sub/big", std::string(200'000, 'x'));
  EXPECT_THAT(move(at("src"), at("disk/")), HasSubstr("No space left on device"));
  EXPECT_TRUE(exists("src/a"));
  EXPECT_EQ(fs::file_size(at("src/sub/big")), 200'000U);
  EXPECT_TRUE(fs::is_empty(at("disk"))) << "the next attempt finds what this one found";
}

TEST_F(MoveFolder, RefusesToMoveAFolderIntoItself_MOVEFOLDER_5) {
  make_source();
  EXPECT_THAT(move(at("src"), at("src/sub/new")), HasSubstr("lies inside " + at("src")));
  EXPECT_THAT(move(at("src"), at("src/")), HasSubstr("lies inside"));
  EXPECT_THAT(move(at("src"), at("src")), HasSubstr("are the same folder"));
  fs::create_directories(at("src/sub/sub"));
  write("src/sub/sub/deep", "deep");
  EXPECT_THAT(move(at("src/sub"), at("src")), HasSubstr("is the folder that is being copied"));
  EXPECT_EQ(read("src/sub/sub/deep"), "deep") << "merged into itself it would be lost";
}

TEST_F(MoveFolder, FlattensAFolderIntoItsParent_MOVEFOLDER_3) {
  make_source();
  EXPECT_EQ(move(at("src/sub"), at("src")), "");
  EXPECT_EQ(read("src/b"), "b");
  EXPECT_FALSE(exists("src/sub"));
}

TEST_F(MoveFolder, NeedsAFolder) {
  write("file", "");
  fs::create_directory_symlink("work", at("link"));
  EXPECT_EQ(move(at("no"), at("dst")), "MoveFolder: inputs[0]: " + at("no") + " does not exist");
  EXPECT_EQ(move(at("file"), at("dst")),
            "MoveFolder: inputs[0]: " + at("file") + " is no folder; MoveFile moves files");
  EXPECT_EQ(move(at("link"), at("dst")), "MoveFolder: inputs[0]: " + at("link") + " is a link; MoveFile moves links");
  EXPECT_EQ(move(at("no*"), at("dst/")), "MoveFolder: inputs[0]: no folder matches " + at("no*"));
}

TEST_F(MoveFolder, KeepsWhatTheRunNeeds) {
  EXPECT_THAT(move(at("work"), at("dst")), HasSubstr("is or holds the working folder of this run"));
  EXPECT_THAT(move(at("logs"), at("dst")), HasSubstr("is or holds the log folder of this run"));
  EXPECT_THAT(move("/", at("dst")), HasSubstr("the root folder is never moved"));
}

}  // namespace
}  // namespace ibtest
