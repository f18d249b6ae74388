#include "runner/target/copy_path.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;

class CopyPathTest : public testing::Test {
 protected:
  CopyPathTest() {
    char name[] = "/tmp/ibtest-copy-XXXXXX";
    folder_ = ::mkdtemp(name);
    fs::create_directories(folder_ / "in/sub");
    std::ofstream(folder_ / "in/sub/file") << "content";
  }
  ~CopyPathTest() override { fs::remove_all(folder_); }

  void expect_fault(const std::string& words) const {
    try {
      copy_path(folder_ / "in", folder_ / "out", "the logs");
      FAIL() << "copied";
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::target_failed);
      EXPECT_THAT(fault.message(), testing::HasSubstr("copying the logs to "));
      EXPECT_THAT(fault.message(), testing::HasSubstr(words));
    }
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

  fs::path folder_;
};

TEST_F(CopyPathTest, CopiesFilesAndFoldersAndNothingElse) {
  fs::create_symlink("/etc", folder_ / "in/link");
  fs::create_symlink("sub/file", folder_ / "in/inner");
  ASSERT_EQ(::mkfifo((folder_ / "in/pipe").c_str(), 0600), 0);
  copy_path(folder_ / "in", folder_ / "new/out", "the logs");
  EXPECT_EQ(content("new/out/sub/file"), "content");
  for (const char* const other : {"link", "inner", "pipe"})
    EXPECT_FALSE(fs::exists(fs::symlink_status(folder_ / "new/out" / other))) << other;
  copy_path(folder_ / "in/sub/file", folder_ / "single", "a log");
  EXPECT_EQ(content("single"), "content");
}

TEST_F(CopyPathTest, FillsNoDiskWithWhatCostTheMachineNothing) {
  fs::create_directories(folder_ / "in/large");
  std::ofstream(folder_ / "in/large/sparse") << "x";
  ASSERT_EQ(::truncate((folder_ / "in/large/sparse").c_str(), 1LL << 40), 0);
  expect_fault("there is more than 4 GiB to copy");
  EXPECT_FALSE(fs::exists(folder_ / "out/large/sparse"));
}

TEST_F(CopyPathTest, RefusesFoldersWithoutEnd) {
  fs::path deep = folder_ / "in";
  for (int i = 0; i < 120; ++i)
    deep /= "d";
  fs::create_directories(deep);
  expect_fault("folders lie more than 100 deep in each other");
}

TEST_F(CopyPathTest, WritesThroughNoLinkAtItsDestination) {
  std::ofstream(folder_ / "victim") << "mine";
  fs::create_directories(folder_ / "out/sub");
  fs::create_symlink(folder_ / "victim", folder_ / "out/sub/file");
  expect_fault("writing ");
  EXPECT_EQ(content("victim"), "mine");
}

TEST_F(CopyPathTest, SaysWhatIsNotThere) {
  fs::remove_all(folder_ / "in");
  expect_fault("No such file or directory");
}

}  // namespace
}  // namespace ibtest
