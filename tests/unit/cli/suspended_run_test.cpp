#include "runner/cli/suspended_run.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SuspendedRunTest : public testing::Test {
 protected:
  SuspendedRunTest() { std::filesystem::create_directories(run_); }

  static std::string refusal(const std::function<void()>& work) {
    try {
      work();
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
      return fault.message() + " / " + fault.remedy();
    }
    return {};
  }

  TemporaryFolder folder_;
  std::filesystem::path run_ = folder_.path() / "2026-01-02_03-04-05_the-id";
};

TEST_F(SuspendedRunTest, IsReadAsItWasSaved_D_13) {
  SuspendedRun saved{"/some/where", {"run", "a b.yml"}, {}};
  saved.job.execution_id = "the-id";
  saved.job.documents = {{"a b.yml", "text", {{"A", "1"}}}};
  saved.job.resume = {{"next", nullptr}};
  save_suspended_run(run_, saved);
  for (const std::string& name : {std::string("the-id"), run_.filename().string(), run_.string()})
    EXPECT_EQ(find_suspended_run(name, folder_.path()), run_) << name;
  const SuspendedRun read = read_suspended_run(run_);
  EXPECT_EQ(read.working_directory, "/some/where");
  EXPECT_THAT(read.arguments, ElementsAre("run", "a b.yml"));
  EXPECT_EQ(read.job.execution_id, "the-id");
  EXPECT_EQ(read.job.documents.at(0).parameters.at("A"), "1");
  EXPECT_EQ(read.job.resume, saved.job.resume);
}

TEST_F(SuspendedRunTest, IsThereOnce_REBOOT_8) {
  save_suspended_run(run_, {"/", {"run"}, {}});
  EXPECT_THAT(refusal([this] { save_suspended_run(run_, {"/", {"run"}, {}}); }), HasSubstr("File exists"));
  forget_suspended_run(run_);
  EXPECT_THAT(refusal([this] { static_cast<void>(find_suspended_run("the-id", folder_.path())); }),
              HasSubstr("there is no run `the-id` that waits for a reboot / none in "));
}

TEST_F(SuspendedRunTest, IsRefusedWhenItIsSomethingElse) {
  for (const char* text : {"", "{", "[]", "{}", R"({"start":5,"workingDirectory":"","arguments":[]})",
                           R"({"start":"{}","workingDirectory":"","arguments":[]})",
                           R"({"start":"{\"c\":\"stop\",\"v\":1}","workingDirectory":"","arguments":[]})"}) {
    std::ofstream(run_ / "resume.json") << text;
    EXPECT_THAT(refusal([this] { static_cast<void>(read_suspended_run(run_)); }),
                HasSubstr("is no saved state of this version of ibtest"))
        << text;
  }
}

}  // namespace
}  // namespace ibtest
