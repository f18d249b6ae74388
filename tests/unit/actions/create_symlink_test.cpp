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
namespace fs = std::filesystem;

class CreateSymlink : public ModuleTest {
 protected:
  std::string link(const std::string& path, const std::string& target, bool force = false) {
    return run("CreateSymlink", {{{"path", path}, {"target", target}, {"force", force}}}).error;
  }
};

TEST_F(CreateSymlink, CreatesParents_CREATESYMLINK_1) {
  write("file", "content");
  EXPECT_EQ(link(at("a/b/link"), at("file")), "");
  EXPECT_EQ(fs::read_symlink(at("a/b/link")), at("file"));
  EXPECT_EQ(read("a/b/link"), "content");
  EXPECT_THAT(context_.logged, ElementsAre("Created link " + at("a/b/link") + " to " + at("file")));
}

TEST_F(CreateSymlink, MakesARelativePathAbsolute_CREATESYMLINK_1_GEN_12) {
  write("file", "");
  EXPECT_EQ(link("sub/link/", at("file")), "");
  EXPECT_TRUE(fs::is_symlink(at("work/sub/link")));
}

TEST_F(CreateSymlink, NeedsATarget_CREATESYMLINK_2) {
  EXPECT_EQ(link(at("a/link"), at("no")), "CreateSymlink: inputs[0]: target " + at("no") + " does not exist");
  EXPECT_FALSE(exists("a")) << "nothing is created for it";
  fs::create_symlink("nowhere", at("dangling"));
  EXPECT_THAT(link(at("link"), at("dangling")), HasSubstr("does not exist"));
}

TEST_F(CreateSymlink, StoresARelativeTargetAsWritten_CREATESYMLINK_2) {
  fs::create_directories(at("a"));
  write("a/file", "content");
  EXPECT_EQ(link(at("a/link"), "file"), "");
  EXPECT_EQ(fs::read_symlink(at("a/link")), "file");
  EXPECT_EQ(link(at("new/folder/link"), "../../a/file"), "") << "the folder of the link does not exist yet";
  EXPECT_EQ(fs::read_symlink(at("new/folder/link")), "../../a/file");
  EXPECT_EQ(read("new/folder/link"), "content");
  write("work/here", "");
  EXPECT_THAT(link(at("a/other"), "here"), HasSubstr("target " + at("a/here") + " does not exist"))
      << "not relative to the working folder";
}

TEST_F(CreateSymlink, ReplacesALinkWithForceOnly_CREATESYMLINK_3_CREATESYMLINK_5) {
  write("one", "1");
  fs::create_directories(at("two"));
  EXPECT_EQ(link(at("link"), at("one")), "");
  EXPECT_EQ(link(at("link"), at("two")),
            "CreateSymlink: inputs[0]: " + at("link") + " is a link already (force: true replaces it)");
  EXPECT_EQ(fs::read_symlink(at("link")), at("one"));
  EXPECT_EQ(link(at("link"), at("two"), true), "");
  EXPECT_EQ(fs::read_symlink(at("link")), at("two")) << "a folder may be the target";
  EXPECT_EQ(link(at("link"), at("one"), true), "") << "also where the old link leads to a folder";
  EXPECT_EQ(fs::read_symlink(at("link")), at("one"));
  EXPECT_TRUE(fs::is_empty(at("two")));
  EXPECT_EQ(context_.logged.back(), "Replaced link " + at("link") + " to " + at("one"));
}

TEST_F(CreateSymlink, ReplacesADanglingLink_CREATESYMLINK_3) {
  write("one", "1");
  fs::create_symlink("nowhere", at("link"));
  EXPECT_THAT(link(at("link"), at("one")), HasSubstr("is a link already"));
  EXPECT_EQ(link(at("link"), at("one"), true), "");
}

TEST_F(CreateSymlink, LeavesFilesAndFoldersAlone_CREATESYMLINK_4) {
  write("one", "1");
  write("file", "kept");
  EXPECT_EQ(link(at("file"), at("one"), true), "CreateSymlink: inputs[0]: " + at("file") + " exists and is no link");
  EXPECT_EQ(link(at("work"), at("one"), true), "CreateSymlink: inputs[0]: " + at("work") + " exists and is no link");
  EXPECT_EQ(read("file"), "kept");
}

TEST_F(CreateSymlink, LeavesNothingBesideTheReplacedLink_CREATESYMLINK_5) {
  fs::create_directories(at("folder"));
  fs::create_symlink("/etc", at("folder/link"));
  EXPECT_EQ(link(at("folder/link"), "/usr", true), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(at("folder")), {}), 1);
}

TEST_F(CreateSymlink, RefusesALinkToItself) {
  write("one", "1");
  EXPECT_EQ(link(at("link"), at("one")), "");
  EXPECT_EQ(link(at("link"), at("link"), true), "CreateSymlink: inputs[0]: " + at("link") + " would lead to itself");
  EXPECT_EQ(read("link"), "1");
}

TEST_F(CreateSymlink, RefusesUnusablePaths_PATH_4) {
  EXPECT_EQ(link(at("link"), std::string("a\0b", 3)), "CreateSymlink: inputs[0]: target: path holds a NUL character");
}

}  // namespace
}  // namespace ibtest
