#include "runner/cli/run_folder.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::int64_t noon_ns = 1'764'000'000'000'000'000;  // 2025-11-24 16:00:00 UTC

/// A folder of its own that is the current one while a test runs.
class RunFolderTest : public testing::Test {
 protected:
  RunFolderTest() {
    char name[] = "/tmp/ibtest-run-folder-XXXXXX";
    folder_ = ::mkdtemp(name);
    before_ = fs::current_path();
    fs::current_path(folder_);
  }
  ~RunFolderTest() override {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }

  fs::path folder_;
  fs::path before_;
};

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST_F(RunFolderTest, HoldsEventsAndPointsLatestAtItself) {
  const LogRoot root = LogRoot::from_option("");
  {
    RunFolder run(root, "id-1", noon_ns);
    EXPECT_EQ(run.shown_path(), ".ibtest/runs/2025-11-24_16-00-00_id-1");
    run.write_event("{\"n\":1}");
    run.write_event("{\"n\":2}");
    EXPECT_EQ(run.events_error(), "");
  }
  EXPECT_EQ(content(".ibtest/runs/latest/events.jsonl"), "{\"n\":1}\n{\"n\":2}\n");
  EXPECT_EQ(content(".ibtest/.gitignore"), "*\n");
  {
    RunFolder run(root, "id-2", noon_ns + 1'000'000'000);
    run.write_event("{}");
  }
  EXPECT_EQ(fs::read_symlink(".ibtest/runs/latest"), "2025-11-24_16-00-01_id-2");
}

TEST_F(RunFolderTest, IsNamedAsAwstoeDoes_LOG_1_LOG_3) {
  const LogRoot root = LogRoot::of_awstoe("deep/logs");
  {
    RunFolder run(root, "id-1", noon_ns);
    EXPECT_EQ(run.path(), folder_ / "deep/logs/TOE_2025-11-24_16-00-00_UTC-0_id-1");
    run.write_event("{}");
  }
  EXPECT_EQ(std::distance(fs::directory_iterator("deep/logs"), fs::directory_iterator()), 1)
      << "no link, no .gitignore";
  EXPECT_EQ(LogRoot::of_awstoe("").path.lexically_relative(folder_), ".");
  std::ofstream("file") << "x";
  try {
    LogRoot::of_awstoe("file").check_writable();
    FAIL() << "nothing was thrown";
  } catch (const Fault& fault) {
    EXPECT_THAT(fault.remedy(), HasSubstr("--log-directory"));
  }
}

TEST_F(RunFolderTest, LeavesNothingWhenNothingCameIntoIt) {
  { const RunFolder run(LogRoot::from_option(""), "id-1", noon_ns); }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(RunFolderTest, LeavesEarlierRunsAloneWhenNothingCameIntoIt) {
  const LogRoot root = LogRoot::from_option("");
  {
    RunFolder run(root, "id-1", noon_ns);
    run.write_event("{}");
  }
  { const RunFolder run(root, "id-2", noon_ns); }
  EXPECT_TRUE(fs::exists(".ibtest/runs/2025-11-24_16-00-00_id-1/events.jsonl"));
  EXPECT_TRUE(fs::exists(".ibtest/.gitignore"));
  EXPECT_FALSE(fs::exists(".ibtest/runs/2025-11-24_16-00-00_id-2"));
}

TEST_F(RunFolderTest, AnotherRootGetsNoGitignore) {
  RunFolder run(LogRoot::from_option("logs/here"), "id-1", noon_ns);
  run.write_event("{}");
  EXPECT_TRUE(fs::exists("logs/here/2025-11-24_16-00-00_id-1/events.jsonl"));
  EXPECT_FALSE(fs::exists("logs/.gitignore"));
}

TEST_F(RunFolderTest, TakesInLogFolders) {
  RunFolder run(LogRoot::from_option("logs"), "id-1", noon_ns);
  fs::create_directories(run.incoming() / "deep");
  std::ofstream(run.incoming() / "console.log") << "x";
  EXPECT_EQ(run.adopt_incoming(""), run.path());
  EXPECT_TRUE(fs::exists(run.path() / "console.log"));
  EXPECT_TRUE(fs::exists(run.path() / "deep"));
  fs::create_directories(run.incoming());
  std::ofstream(run.incoming() / "console.log") << "y";
  EXPECT_EQ(run.adopt_incoming("test"), run.path() / "test");
  EXPECT_EQ(content(run.path() / "test" / "console.log"), "y");
  EXPECT_FALSE(fs::exists(run.incoming()));

  // What a machine sends is not trusted: links and pipes are left out.
  fs::create_directories(run.incoming() / "deep");
  fs::create_symlink("/etc/passwd", run.incoming() / "detailedoutput.json");
  fs::create_directory_symlink("/etc", run.incoming() / "deep" / "folder");
  ASSERT_EQ(::mkfifo((run.incoming() / "deep" / "pipe").c_str(), 0600), 0);
  const auto hostile = run.adopt_incoming("hostile");
  EXPECT_FALSE(fs::exists(fs::symlink_status(hostile / "detailedoutput.json")));
  EXPECT_TRUE(fs::is_empty(hostile / "deep"));
}

TEST_F(RunFolderTest, ARootThatCannotBeWrittenIsRefusedAndNothingCreated) {
  std::ofstream("file") << "x";
  try {
    LogRoot::from_option("file/logs").check_writable();
    FAIL() << "nothing was thrown";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
    EXPECT_THAT(fault.message(), HasSubstr("file: Not a directory"));
    EXPECT_THAT(fault.remedy(), HasSubstr("--log-dir"));
  }
  LogRoot::from_option("new/deep").check_writable();
  EXPECT_FALSE(fs::exists("new"));
}

TEST_F(RunFolderTest, FilesAreReplacedAsAWhole) {
  replace_file("report.xml", "one");
  replace_file("report.xml", "two");
  EXPECT_EQ(content("report.xml"), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator("."), fs::directory_iterator()), 1);
  EXPECT_THROW(replace_file("missing/report.xml", "x"), Fault);
}

}  // namespace
}  // namespace ibtest
