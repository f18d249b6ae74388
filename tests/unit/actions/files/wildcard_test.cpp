#include "actions/files/wildcard.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

TEST(Wildcard, MayStandInTheLastPartOnly_GLOB_2) {
  EXPECT_EQ(wildcard_in("/var/log/app"), Wildcard::none);
  EXPECT_EQ(wildcard_in("/var/log/*.log"), Wildcard::in_name);
  EXPECT_EQ(wildcard_in("*"), Wildcard::in_name);
  EXPECT_EQ(wildcard_in("/var/log*/"), Wildcard::in_name);
  EXPECT_EQ(wildcard_in("/var/*/app"), Wildcard::misplaced);
  EXPECT_EQ(wildcard_in("/*/x*"), Wildcard::misplaced);
}

TEST(Wildcard, IsAnyNumberOfCharactersAndTheOnlyOne_GLOB_1_GLOB_3) {
  EXPECT_TRUE(matches("a.log", "*.log"));
  EXPECT_TRUE(matches(".hidden", "*"));
  EXPECT_TRUE(matches(".log", "*.log"));
  EXPECT_TRUE(matches("aXbXc", "a*b*c"));
  EXPECT_TRUE(matches("abc", "***abc***"));
  EXPECT_TRUE(matches("a?[b]{c}", "a?[b]{*}"));
  EXPECT_FALSE(matches("ab", "a?"));
  EXPECT_FALSE(matches("a", "[a]"));
  EXPECT_FALSE(matches("A.LOG", "*.log"));
  EXPECT_FALSE(matches("a.log.1", "*.log"));
  EXPECT_TRUE(matches("", "*"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches(std::string(255, 'a'), "*a*a*a*a*a*a*a*a*a*a*a*a*b"));
}

TEST(MatchingFiles, AreFilesAndLinksToFilesInByteOrder_GLOB_4_GLOB_5) {
  const TemporaryFolder temporary;
  const auto& folder = temporary.path();
  for (const auto* name : {"b.log", "a.log", "B.log", ".c.log", "other"})
    std::ofstream(folder / name) << name;
  std::filesystem::create_directory(folder / "folder.log");
  std::filesystem::create_symlink("other", folder / "link.log");
  std::filesystem::create_symlink("nowhere", folder / "dangling.log");
  std::filesystem::create_symlink("folder.log", folder / "to-folder.log");
  const auto found = matching_files(folder / "*.log");
  EXPECT_EQ(found.error, "");
  EXPECT_THAT(found.files, testing::ElementsAre(folder / ".c.log", folder / "B.log", folder / "a.log", folder / "b.log",
                                                folder / "dangling.log", folder / "link.log"));
}

TEST(MatchingFiles, AreNoneInAFolderThatDoesNotExist) {
  const TemporaryFolder temporary;
  const auto found = matching_files(temporary.path() / "no" / "*");
  EXPECT_EQ(found.error, "");
  EXPECT_TRUE(found.files.empty());
  std::ofstream(temporary.path() / "file") << "x";
  EXPECT_THAT(matching_files(temporary.path() / "file" / "*").error, testing::HasSubstr("Not a directory"));
}

}  // namespace
}  // namespace ibtest
