#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Json = nlohmann::ordered_json;

class DeleteFile : public ModuleTest {
 protected:
  ActionResult remove(const std::string& path) { return run("DeleteFile", {{{"path", path}}}); }
};

TEST_F(DeleteFile, DeletesOneFile_DELETEFILE_1) {
  write("x", "");
  EXPECT_EQ(remove(at("x")).error, "");
  EXPECT_FALSE(exists("x"));
  EXPECT_THAT(context_.logged, ElementsAre("Deleted file " + at("x")));
}

TEST_F(DeleteFile, DeletesMatchesOfOneFolder_DELETEFILE_1) {
  std::filesystem::create_directories(at("work/sub.log"));
  for (const auto* name : {"work/a.log", "work/b.log", "work/.c.log", "work/d.txt", "work/sub.log/e.log"}) {
    write(name, "");
  }
  EXPECT_EQ(remove("*.log").error, "") << "GEN-12: below the working folder";
  EXPECT_FALSE(exists("work/a.log"));
  EXPECT_FALSE(exists("work/b.log"));
  EXPECT_FALSE(exists("work/.c.log"));
  EXPECT_TRUE(exists("work/d.txt"));
  EXPECT_TRUE(exists("work/sub.log/e.log"));
}

TEST_F(DeleteFile, MissesNoFileSilently_DELETEFILE_2) {
  EXPECT_EQ(remove(at("x")).error, "DeleteFile: inputs[0]: " + at("x") +
                                       " does not exist (a wildcard in the name, or onFailure: Ignore, allows for "
                                       "that)");
  EXPECT_EQ(remove(at("x*")).error, "");
  EXPECT_THAT(context_.warned, ElementsAre("no file matches " + at("x*")));
}

TEST_F(DeleteFile, RemovesLinksAndNotTheirTargets_DELETEFILE_3) {
  write("target", "1");
  std::filesystem::create_symlink("target", at("link"));
  std::filesystem::create_symlink("work", at("to-folder"));
  EXPECT_EQ(remove(at("link")).error, "");
  EXPECT_EQ(remove(at("to-folder")).error, "");
  EXPECT_TRUE(exists("target"));
  EXPECT_FALSE(exists("link"));
  EXPECT_TRUE(exists("work"));
}

TEST_F(DeleteFile, RefusesFolders_DELETEFILE_3_DELETEFILE_4) {
  EXPECT_EQ(run("DeleteFile", {{{"path", at("work")}, {"force", true}}}).error,
            "DeleteFile: inputs[0]: " + at("work") + " is a folder; DeleteFolder deletes folders");
  EXPECT_TRUE(exists("work"));
}

TEST_F(DeleteFile, RefusesWildcardsInFolders_GLOB_2) {
  EXPECT_THAT(remove(at("*/x")).error, HasSubstr("`*` may stand in the last part of a path only"));
}

TEST_F(DeleteFile, TakesOtherPatternsLiterally_GLOB_1) {
  write("a?[b]", "");
  write("ab", "");
  EXPECT_EQ(remove(at("a?[b]")).error, "");
  EXPECT_TRUE(exists("ab"));
}

TEST_F(DeleteFile, ExplainsMountedFiles_EMU_9) {
  write("hosts", "old");
  write("runtime-hosts", "mounted");
  const auto mount = Mount::file_over(at("runtime-hosts"), at("hosts"));
  if (!mount.is_mounted()) return;
  EXPECT_THAT(remove(at("hosts")).error,
              HasSubstr("deleting " + at("hosts") + ": Device or resource busy (it is a mount point"));
  EXPECT_EQ(run("CreateFile", {{{"path", at("hosts")}, {"content", "rewritten"}}}).error, "");
  EXPECT_EQ(run("AppendFile", {{{"path", at("hosts")}, {"content", "!"}}}).error, "");
  EXPECT_EQ(read("runtime-hosts"), "rewritten!") << "written in place";
}

TEST_F(DeleteFile, StopsBetweenFiles) {
  for (const auto* name : {"a.x", "b.x", "c.x"})
    write(name, "");
  context_.stop_after = 3;
  EXPECT_THAT(remove(at("*.x")).error, HasSubstr("stopped before deleting"));
  EXPECT_FALSE(exists("a.x"));
  EXPECT_TRUE(exists("c.x"));
}

}  // namespace
}  // namespace ibtest
