#include "runner/cli/saved_run.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SavedRunTest : public testing::Test {
 protected:
  SavedRunTest() { std::filesystem::create_directories(run_); }

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

TEST_F(SavedRunTest, IsReadAsItWasSaved_D_13) {
  SavedRun saved{"/some/where", {"run", "a b.yml"}, {}};
  saved.job.execution_id = "the-id";
  saved.job.documents = {{"a b.yml", "text", {{"A", "1"}}}};
  saved.job.resume = {{"next", nullptr}};
  save_run(run_, SavedFor::reboot, saved);
  for (const std::string& name : {std::string("the-id"), run_.filename().string(), run_.string()})
    EXPECT_EQ(find_saved_run(name, folder_.path(), SavedFor::reboot), run_) << name;
  const SavedRun read = read_saved_run(run_, SavedFor::reboot);
  EXPECT_EQ(read.working_directory, "/some/where");
  EXPECT_THAT(read.arguments, ElementsAre("run", "a b.yml"));
  EXPECT_EQ(read.job.execution_id, "the-id");
  EXPECT_EQ(read.job.documents.at(0).parameters.at("A"), "1");
  EXPECT_EQ(read.job.resume, saved.job.resume);
}

TEST_F(SavedRunTest, IsThereOnce_REBOOT_8) {
  save_run(run_, SavedFor::reboot, {"/", {"run"}, {}});
  EXPECT_THAT(refusal([this] { save_run(run_, SavedFor::reboot, {"/", {"run"}, {}}); }), HasSubstr("File exists"));
  forget_saved_run(run_, SavedFor::reboot);
  EXPECT_THAT(refusal([this] { static_cast<void>(find_saved_run("the-id", folder_.path(), SavedFor::reboot)); }),
              HasSubstr("there is no run `the-id` that waits for a reboot / none in "));
}

// Also when somebody was killed who did the same.
TEST_F(SavedRunTest, CanBeReplaced) {
  SavedRun saved{"/", {"run"}, {}, "ssh:box", "the-session", "this boot"};
  save_run(run_, SavedFor::attach, saved);
  std::ofstream(run_ / "attach.json.new") << "half of";
  saved.job.resume = {{"next", 7}};
  saved.reboot_event = R"({"e":"reboot"})";
  save_run_again(run_, SavedFor::attach, saved);
  const SavedRun read = read_saved_run(run_, SavedFor::attach);
  EXPECT_EQ(read.boot, "this boot");
  EXPECT_EQ(read.reboot_event, R"({"e":"reboot"})");
  EXPECT_EQ(read.job.resume, saved.job.resume);
  EXPECT_FALSE(std::filesystem::exists(run_ / "attach.json.new"));
  EXPECT_EQ(std::filesystem::status(run_ / "attach.json").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_THAT(refusal([&] { save_run_again(folder_.path() / "none", SavedFor::attach, saved); }),
              HasSubstr("attach.json.new: No such file"));
}

TEST_F(SavedRunTest, IsRefusedWhenItIsSomethingElse) {
  for (const char* text : {"", "{", "[]", "{}", R"({"start":5,"workingDirectory":"","arguments":[]})",
                           R"({"start":"{}","workingDirectory":"","arguments":[]})",
                           R"({"start":"{\"c\":\"stop\",\"v\":1}","workingDirectory":"","arguments":[]})"}) {
    std::ofstream(run_ / "resume.json") << text;
    EXPECT_THAT(refusal([this] { static_cast<void>(read_saved_run(run_, SavedFor::reboot)); }),
                HasSubstr("is no saved state of this version of ibtest"))
        << text;
  }
}

TEST_F(SavedRunTest, IsKeptApartByWhatItWaitsFor) {
  save_run(run_, SavedFor::attach, {"/", {"run"}, {}, "ssh:box", "the-session"});
  EXPECT_THAT(refusal([this] { static_cast<void>(find_saved_run("the-id", folder_.path(), SavedFor::reboot)); }),
              HasSubstr("that waits for a reboot"));
  std::filesystem::create_directory_symlink(run_.filename(), folder_.path() / "latest");
  EXPECT_EQ(find_saved_run("latest", folder_.path(), SavedFor::attach), folder_.path() / "latest");
  const SavedRun read = read_saved_run(run_, SavedFor::attach);
  EXPECT_EQ(read.target, "ssh:box");
  EXPECT_EQ(read.session, "the-session");
  EXPECT_THAT(refusal([this] { static_cast<void>(find_saved_run("x", folder_.path(), SavedFor::attach)); }),
              HasSubstr("whose agent goes on without ibtest / these do: 2026-01-02_03-04-05_the-id"));
}

TEST_F(SavedRunTest, IsFollowedOnce) {
  FileDescriptor first = lock_run(run_);
  EXPECT_THAT(refusal([this] { static_cast<void>(lock_run(run_)); }), HasSubstr("is followed by an ibtest that lives"));
  first = FileDescriptor();
  EXPECT_TRUE(lock_run(run_).is_open());
}

}  // namespace
}  // namespace ibtest
