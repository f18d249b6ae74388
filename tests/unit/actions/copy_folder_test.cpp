#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class CopyFolder : public ModuleTest {
 protected:
  std::string copy(const std::string& source, const std::string& destination, bool overwrite = true) {
    return run("CopyFolder", {{{"source", source}, {"destination", destination}, {"overwrite", overwrite}}}).error;
  }
  void make_source() {
    fs::create_directories(at("src/sub/empty"));
    write("src/a", "a");
    write("src/.hidden", "h");
    write("src/sub/b", "b");
  }
};

TEST_F(CopyFolder, TakesADestinationWithoutSeparatorAsTheCopy_COPYFOLDER_1_COPYFOLDER_4) {
  make_source();
  EXPECT_EQ(copy(at("src"), at("new/parent/dst")), "");
  EXPECT_EQ(read("new/parent/dst/a"), "a");
  EXPECT_EQ(read("new/parent/dst/.hidden"), "h");
  EXPECT_EQ(read("new/parent/dst/sub/b"), "b");
  EXPECT_TRUE(exists("new/parent/dst/sub/empty"));
  EXPECT_THAT(context_.logged, ElementsAre("Copied folder " + at("src") + " to " + at("new/parent/dst")));
}

TEST_F(CopyFolder, KeepsTheNameBelowATrailingSeparator_COPYFOLDER_2_COPYFOLDER_3) {
  make_source();
  EXPECT_EQ(copy(at("src//"), at("dst/")), "");
  EXPECT_EQ(read("dst/src/sub/b"), "b");
  EXPECT_EQ(copy(at("src/sub/."), at("dst/")), "");
  EXPECT_EQ(read("dst/sub/b"), "b");
}

TEST_F(CopyFolder, CopiesFoldersThatMatch_COPYFOLDER_5_GLOB_4) {
  make_source();
  fs::create_directories(at("src2"));
  write("src3", "a file");
  fs::create_directory_symlink("src", at("src4"));
  EXPECT_EQ(copy(at("src*"), at("dst")),
            "CopyFolder: inputs[0]: 2 folders match " + at("src*") + ", so destination must end with `/`");
  EXPECT_EQ(copy(at("src*"), at("dst/")), "");
  EXPECT_TRUE(exists("dst/src/a"));
  EXPECT_TRUE(exists("dst/src2"));
  EXPECT_FALSE(exists("dst/src3"));
  EXPECT_FALSE(exists("dst/src4"));
  EXPECT_EQ(copy(at("nothing*"), at("dst/")), "CopyFolder: inputs[0]: no folder matches " + at("nothing*"));
}

TEST_F(CopyFolder, MergesIntoAnExistingFolder_COPYFOLDER_6) {
  make_source();
  fs::create_directories(at("dst/sub"));
  write("dst/a", "old");
  write("dst/kept", "kept");
  write("dst/sub/kept", "kept");
  ASSERT_EQ(::chmod(at("dst/sub").c_str(), 0711), 0);
  EXPECT_EQ(copy(at("src"), at("dst"), false),
            "CopyFolder: inputs[0]: " + at("dst") + " exists already, and overwrite is false");
  EXPECT_EQ(read("dst/a"), "old");
  EXPECT_EQ(copy(at("src"), at("dst")), "");
  EXPECT_EQ(read("dst/a"), "a");
  EXPECT_EQ(read("dst/kept"), "kept");
  EXPECT_EQ(read("dst/sub/kept"), "kept");
  EXPECT_EQ(mode_of(at("dst/sub")), 0711U) << "an existing folder keeps its mode";
  EXPECT_EQ(context_.logged.front(),
            at("dst") + " exists and is not empty; what has the same name is replaced, everything else stays");
}

TEST_F(CopyFolder, DoesNotSpeakOfAnEmptyTarget_COPYFOLDER_6) {
  make_source();
  fs::create_directories(at("dst"));
  EXPECT_EQ(copy(at("src"), at("dst")), "");
  EXPECT_EQ(context_.logged.size(), 1U);
}

TEST_F(CopyFolder, CopiesLinksAsLinks_COPYFOLDER_7) {
  make_source();
  fs::create_symlink("nowhere", at("src/dangling"));
  fs::create_directory_symlink("/etc", at("src/etc"));
  fs::create_directories(at("dst"));
  write("outside", "outside");
  fs::create_symlink("../outside", at("dst/a"));
  EXPECT_EQ(copy(at("src"), at("dst")), "");
  EXPECT_EQ(fs::read_symlink(at("dst/dangling")), "nowhere");
  EXPECT_EQ(fs::read_symlink(at("dst/etc")), "/etc");
  EXPECT_FALSE(fs::is_symlink(at("dst/a"))) << "replaced, not written through";
  EXPECT_EQ(read("outside"), "outside");
  fs::create_directory_symlink("src", at("link-to-src"));
  EXPECT_EQ(copy(at("link-to-src"), at("dst2")), "") << "the source itself is followed";
  EXPECT_FALSE(fs::is_symlink(at("dst2")));
}

TEST_F(CopyFolder, KeepsModesAndGivesEverythingToTheExecutor_COPYFOLDER_7) {
  if (!root_or_say_why_not()) return;
  make_source();
  for (const auto* name : {"src/a", "src/sub", "src/sub/b"})
    ASSERT_EQ(::chown(at(name).c_str(), 1, 1), 0);
  ASSERT_EQ(::chmod(at("src/a").c_str(), 0666), 0);
  ASSERT_EQ(::chmod(at("src/sub/b").c_str(), 04755), 0);
  ASSERT_EQ(::chmod(at("src/.hidden").c_str(), 04755), 0);
  ASSERT_EQ(::chmod(at("src/sub").c_str(), 01577), 0);
  EXPECT_EQ(copy(at("src"), at("dst")), "");
  EXPECT_EQ(mode_of(at("dst/a")), 0666U) << "the umask takes no part";
  EXPECT_EQ(mode_of(at("dst/sub")), 01577U);
  EXPECT_EQ(mode_of(at("dst/.hidden")), 04755U);
  EXPECT_EQ(mode_of(at("dst/sub/b")), 0755U) << "it must not run as another user than before";
  struct stat status {};
  ASSERT_EQ(::stat(at("dst/sub").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, ::geteuid());
}

TEST_F(CopyFolder, SkipsPipesSocketsAndDevices_COPYFOLDER_7) {
  make_source();
  ASSERT_EQ(::mkfifo(at("src/pipe").c_str(), 0600), 0);
  EXPECT_EQ(copy(at("src"), at("dst")), "");
  EXPECT_FALSE(exists("dst/pipe"));
  EXPECT_THAT(context_.warned, ElementsAre(at("src/pipe") + " is a pipe, socket or device and is not copied"));
}

TEST_F(CopyFolder, RefusesToCopyAFolderIntoItself_COPYFOLDER_7) {
  make_source();
  EXPECT_THAT(copy(at("src"), at("src/sub/new")), HasSubstr(at("src/sub/new") + " lies inside " + at("src")));
  EXPECT_THAT(copy(at("src"), at("src/")), HasSubstr("lies inside"));
  EXPECT_THAT(copy(at("src"), at("src")), HasSubstr("are the same folder"));
  fs::create_directory_symlink("src/sub", at("link"));
  EXPECT_THAT(copy(at("src"), at("link/x/")), HasSubstr("lies inside"));
  EXPECT_FALSE(exists("src/sub/new"));
  EXPECT_FALSE(exists("src/sub/x"));
  EXPECT_EQ(copy(at("src/sub"), at("src")), "") << "the other way round is a merge";
  EXPECT_EQ(read("src/b"), "b");
  fs::create_directories(at("src/sub/sub"));
  EXPECT_THAT(copy(at("src/sub"), at("src")), HasSubstr(at("src/sub") + " is the folder that is being copied"));
}

TEST_F(CopyFolder, RefusesFilesAgainstFolders_COPYFOLDER_7) {
  make_source();
  fs::create_directories(at("dst/a"));
  EXPECT_THAT(copy(at("src"), at("dst")), HasSubstr(at("dst/a") + " is a folder, and " + at("src/a") + " is none"));
  fs::remove_all(at("dst"));
  fs::create_directories(at("dst"));
  write("dst/sub", "");
  EXPECT_THAT(copy(at("src"), at("dst")), HasSubstr(at("dst/sub") + " is no folder, and " + at("src/sub") + " is one"));
  fs::remove(at("dst/sub"));
  fs::create_directory_symlink("../work", at("dst/sub"));
  EXPECT_THAT(copy(at("src"), at("dst")), HasSubstr("is no folder"));
  EXPECT_TRUE(fs::is_empty(at("work"))) << "links in the target lead nowhere";
  write("file", "");
  EXPECT_EQ(copy(at("src"), at("file")), "CopyFolder: inputs[0]: " + at("file") + " exists and is no folder");
}

TEST_F(CopyFolder, NeedsAFolder) {
  write("file", "");
  EXPECT_EQ(copy(at("no"), at("dst")), "CopyFolder: inputs[0]: " + at("no") + " does not exist");
  EXPECT_EQ(copy(at("file"), at("dst")),
            "CopyFolder: inputs[0]: " + at("file") + " is no folder; CopyFile copies files");
}

TEST_F(CopyFolder, RewritesMountedFilesInPlace_EMU_9) {
  make_source();
  fs::create_directories(at("dst"));
  write("dst/a", "");
  write("mounted", "mounted");
  const auto mount = Mount::file_over(at("mounted"), at("dst/a"));
  if (!mount.is_mounted()) return;
  EXPECT_EQ(copy(at("src"), at("dst")), "");
  EXPECT_EQ(read("mounted"), "a");
}

TEST_F(CopyFolder, CopiesDeepTrees) {
  std::string path = "src";
  for (int level = 0; level < 150; ++level)
    path += "/d";
  fs::create_directories(at(path));
  write(path + "/leaf", "leaf");
  EXPECT_EQ(copy(at("src"), at("dst")), "");
  EXPECT_EQ(read("dst" + path.substr(3) + "/leaf"), "leaf");
}

TEST_F(CopyFolder, StopsInsideAFolder) {
  fs::create_directories(at("src"));
  for (int i = 0; i < 200; ++i)
    write("src/" + std::to_string(i), "");
  context_.stop_after = 4;
  EXPECT_THAT(copy(at("src"), at("dst")), HasSubstr("stopped while copying " + at("src")));
}

TEST_F(CopyFolder, LeavesNoHalfFileOnAFullDisk) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  fs::create_directories(at("src"));
  write("src/big", std::string(200'000, 'x'));
  EXPECT_THAT(copy(at("src"), at("disk/")), HasSubstr("No space left on device"));
  EXPECT_TRUE(fs::is_empty(at("disk/src")));
}

}  // namespace
}  // namespace ibtest
