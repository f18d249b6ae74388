#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/inputs/decode_inputs.hpp"
#include "actions/modules.hpp"
#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DeleteFolder : public ModuleTest {
 protected:
  ActionResult remove(const std::string& path, bool force = false) {
    return run("DeleteFolder", {{{"path", path}, {"force", force}}});
  }
};

TEST_F(DeleteFolder, RemovesAnEmptyFolder_DELETEFOLDER_1) {
  std::filesystem::create_directory(at("x"));
  EXPECT_EQ(remove(at("x/")).error, "");
  EXPECT_FALSE(exists("x"));
}

TEST_F(DeleteFolder, RemovesContentsOnlyWhenForced_DELETEFOLDER_1) {
  std::filesystem::create_directories(at("x/y/z"));
  write("x/y/f", "");
  EXPECT_EQ(remove(at("x")).error,
            "DeleteFolder: inputs[0]: " + at("x") + " is not empty; force: true deletes it with everything in it");
  EXPECT_TRUE(exists("x/y/f"));
  EXPECT_EQ(remove(at("x"), true).error, "");
  EXPECT_FALSE(exists("x"));
}

TEST_F(DeleteFolder, MissesNoFolderSilentlyUnlessForced_DELETEFOLDER_2) {
  EXPECT_EQ(remove(at("x"), true).error, "");
  EXPECT_EQ(remove(at("x")).error,
            "DeleteFolder: inputs[0]: " + at("x") + " does not exist (force: true allows for that)");
}

TEST_F(DeleteFolder, NeverFollowsLinks_DELETEFOLDER_3) {
  std::filesystem::create_directories(at("kept"));
  write("kept/f", "");
  std::filesystem::create_directories(at("x/y"));
  std::filesystem::create_symlink(at("kept"), at("x/y/link"));
  std::filesystem::create_symlink("kept", at("to-kept"));
  EXPECT_EQ(remove(at("x"), true).error, "");
  EXPECT_EQ(remove(at("to-kept"), true).error, "");
  EXPECT_FALSE(exists("to-kept"));
  EXPECT_TRUE(exists("kept/f"));
}

TEST_F(DeleteFolder, RefusesFilesAndWildcards_DELETEFOLDER_3) {
  write("f", "");
  std::filesystem::create_symlink("f", at("link"));
  EXPECT_EQ(remove(at("f"), true).error,
            "DeleteFolder: inputs[0]: " + at("f") + " is no folder; DeleteFile deletes files");
  EXPECT_THAT(remove(at("link"), true).error, HasSubstr("is no folder"));
  EXPECT_THAT(remove(at("w*")).error, HasSubstr("does not exist"));
  EXPECT_TRUE(exists("f"));
}

TEST_F(DeleteFolder, RefusesWhatTheRunNeeds_DELETEFOLDER_4) {
  std::filesystem::create_directories(at("work/inner"));
  std::filesystem::create_symlink(at("logs"), at("work/to-logs"));
  EXPECT_THAT(remove("/", true).error, HasSubstr("the root folder is never deleted"));
  EXPECT_THAT(remove("//", true).error, HasSubstr("the root folder is never deleted"));
  EXPECT_THAT(remove("/..", true).error, HasSubstr("the root folder is never deleted"));
  EXPECT_EQ(remove("", true).error, "DeleteFolder: inputs[0]: path is empty");
  for (const auto& path :
       {at("work"), std::string("."), at("work/inner/.."), at("work/./"), std::string("inner/../")}) {
    EXPECT_THAT(remove(path, true).error, HasSubstr("the working folder of this run")) << path;
  }
  EXPECT_THAT(remove(at("logs"), true).error, HasSubstr("holds the log folder of this run"));
  EXPECT_THAT(remove(at("logs/TOE"), true).error, HasSubstr("holds the log folder of this run"));
  EXPECT_THAT(remove(at("work/to-logs/TOE"), true).error, HasSubstr("holds the log folder of this run"));
  EXPECT_THAT(remove(temporary_.path().string(), true).error, HasSubstr("of this run"));
  EXPECT_TRUE(exists("logs/TOE"));
  EXPECT_TRUE(exists("work/inner"));
  EXPECT_EQ(remove("inner").error, "");
}

TEST_F(DeleteFolder, KeepsALinkOnTheWayToTheWorkingFolder_DELETEFOLDER_4) {
  std::filesystem::create_directories(at("real/inner"));
  std::filesystem::create_directory_symlink(at("real"), at("via"));
  TestContext context(at("via/inner"));
  const auto inputs =
      ActionInputsDecoder::decode(modules::delete_folder, nlohmann::ordered_json{{{"path", at("via")}}});
  ASSERT_TRUE(inputs.inputs) << inputs.error;
  EXPECT_THAT(modules::delete_folder.run(*inputs.inputs, context).error, HasSubstr("of this run"));
  EXPECT_TRUE(exists("via"));
  EXPECT_EQ(remove(at("via")).error, "") << "another run does not need it";
}

TEST_F(DeleteFolder, RemovesTreesOfAnyDepth) {
  std::filesystem::create_directory(at("deep"));
  // Longer than a path can be, and deeper than remove_tree() goes at once.
  int folder = ::open(at("deep").c_str(), O_RDONLY | O_DIRECTORY);
  const std::string name(100, 'd');
  for (int i = 0; i < 350; ++i) {
    ASSERT_EQ(::mkdirat(folder, name.c_str(), 0755), 0);
    const int next = ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY);
    ASSERT_GE(next, 0);
    ::close(::openat(next, "file", O_CREAT | O_WRONLY, 0644));
    ::close(folder);
    folder = next;
  }
  ::close(folder);
  EXPECT_EQ(remove(at("deep"), true).error, "");
  EXPECT_FALSE(exists("deep"));
}

TEST_F(DeleteFolder, RemovesManyFiles) {
  std::filesystem::create_directory(at("many"));
  for (int i = 0; i < 1000; ++i)
    write("many/" + std::to_string(i), "");
  EXPECT_EQ(remove(at("many"), true).error, "");
  EXPECT_FALSE(exists("many"));
}

TEST_F(DeleteFolder, StopsWhenAskedTo) {
  std::filesystem::create_directory(at("many"));
  for (int i = 0; i < 200; ++i)
    write("many/" + std::to_string(i), "");
  context_.stop_after = 2;
  EXPECT_EQ(remove(at("many"), true).error, "DeleteFolder: inputs[0]: stopped while deleting " + at("many"));
  EXPECT_TRUE(exists("many"));
}

TEST_F(DeleteFolder, NamesWhatCannotBeRemoved) {
  const auto disk = Mount::small_disk(at("x/y/disk"));
  if (!disk.is_mounted()) return;
  EXPECT_THAT(remove(at("x"), true).error,
              HasSubstr("deleting " + at("x/y/disk") + ": Device or resource busy (it is a mount point"));
}

}  // namespace
}  // namespace ibtest
