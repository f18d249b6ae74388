#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

class AppendFile : public ModuleTest {
 protected:
  ActionResult append(const Json& inputs) { return run("AppendFile", inputs); }
};

TEST_F(AppendFile, CreatesNothing_APPENDFILE_1) {
  EXPECT_EQ(append({{{"path", at("x")}, {"content", "y"}}}).error,
            "AppendFile: inputs[0]: " + at("x") + " does not exist; AppendFile creates no files, CreateFile does");
  EXPECT_FALSE(exists("x"));
}

TEST_F(AppendFile, AddsJustTheContent_APPENDFILE_2) {
  write("x", "old");
  EXPECT_EQ(append({{{"path", at("x")}, {"content", "new\n"}}, {{"path", at("x")}, {"content", "er"}}}).error, "");
  EXPECT_EQ(read("x"), "oldnew\ner");
}

TEST_F(AppendFile, SucceedsWithoutContentButChecksTheFile_APPENDFILE_2) {
  write("x", "old");
  EXPECT_EQ(append({{{"path", at("x")}}}).error, "");
  EXPECT_EQ(read("x"), "old");
  EXPECT_THAT(append({{{"path", at("y")}}}).error, HasSubstr("does not exist"));
}

TEST_F(AppendFile, LooksAtNoExistingByte_APPENDFILE_3) {
  write("x", "\xff");
  EXPECT_EQ(append({{{"path", at("x")}, {"content", "a"}, {"encoding", "utf-16"}}}).error, "");
  EXPECT_EQ(read("x"), std::string("\xff"
                                   "a\0",
                                   3));
}

TEST_F(AppendFile, FollowsLinksAndKeepsTheMode_APPENDFILE_4) {
  write("x", "1");
  ASSERT_EQ(::chmod(at("x").c_str(), 0604), 0);
  std::filesystem::create_symlink("x", at("link"));
  EXPECT_EQ(append({{{"path", at("link")}, {"content", "2"}}}).error, "");
  EXPECT_EQ(read("x"), "12");
  EXPECT_EQ(mode_of(at("x")), 0604U);
}

TEST_F(AppendFile, RefusesFoldersAndTakesAStarLiterally_APPENDFILE_4) {
  EXPECT_THAT(append({{{"path", at("work")}, {"content", "2"}}}).error, HasSubstr("Is a directory"));
  write("a.x", "");
  EXPECT_THAT(append({{{"path", at("*.x")}, {"content", "2"}}}).error, HasSubstr("does not exist"));
}

TEST_F(AppendFile, IgnoresASeparatorAtTheEnd_PATH_3) {
  write("x", "1");
  EXPECT_EQ(append({{{"path", at("x/")}, {"content", "2"}}}).error, "");
  EXPECT_EQ(read("x"), "12");
}

TEST_F(AppendFile, AddsNothingOnAFullDisk) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  write("disk/x", "keep me");
  EXPECT_EQ(append({{{"path", at("disk/x")}, {"content", std::string(200'000, 'x')}}}).error,
            "AppendFile: inputs[0]: appending to " + at("disk/x") + ": No space left on device");
  EXPECT_EQ(read("disk/x"), "keep me");
}

}  // namespace
}  // namespace ibtest
