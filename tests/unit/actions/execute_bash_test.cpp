#include <dirent.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using Outcome = ActionResult::Outcome;

class ExecuteBash : public ModuleTest {
 protected:
  ActionResult bash(const std::vector<std::string>& commands) { return run("ExecuteBash", {{"commands", commands}}); }
  static std::string stdout_of(const ActionResult& result) { return result.outputs.at(0).at("stdout"); }
  /// The temporary folder that the log names.
  [[nodiscard]] std::string script_folder() const {
    const std::string label = "Created temporary directory: ";
    for (const auto& line : context_.logged) {
      if (line.starts_with(label)) return line.substr(label.size());
    }
    return {};
  }
};

TEST_F(ExecuteBash, RunsAllCommandsAsOneScript_EXECUTEBASH_1) {
  const auto result = bash({"f() { echo \"f $x\"; }", "x=1; cd /", "f", "pwd"});
  EXPECT_EQ(result.outcome, Outcome::success) << result.error;
  EXPECT_EQ(result.outputs.dump(), R"([{"stdout":"f 1\n/"}])");
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(ExecuteBash, SeparatesCommandsByLineBreaks_EXECUTEBASH_1) {
  EXPECT_EQ(stdout_of(bash({"cat <<END", "text $((1+1))", "END", "echo $LINENO"})), "text 2\n4");
}

TEST_F(ExecuteBash, KeepsTheScriptInATemporaryFolder_EXECUTEBASH_2_GOTCHA_26) {
  const auto result =
      bash({"echo \"$0\"; stat -c %a \"$0\"; echo $BASH_VERSION | cut -c1-1 | tr 0-9 v; shopt -q login_shell; "
            "echo $?; echo $-"});
  EXPECT_THAT(stdout_of(result), MatchesRegex("/tmp/AWSTOE[0-9]+/script-[0-9]+\\.sh\n600\nv\n1\nhB"));
  EXPECT_THAT(context_.logged,
              ElementsAre(MatchesRegex("Created temporary directory: /tmp/AWSTOE[0-9]+"),
                          MatchesRegex("Created temporary script file at: /tmp/AWSTOE[0-9]+/script-[0-9]+\\.sh"),
                          MatchesRegex("Removing temporary directory: /tmp/AWSTOE[0-9]+"),
                          MatchesRegex("Successfully removed temporary directory: /tmp/AWSTOE[0-9]+")));
  EXPECT_FALSE(std::filesystem::exists(script_folder()));
}

TEST_F(ExecuteBash, RemovesTheScriptOnFailureToo_EXECUTEBASH_2) {
  EXPECT_EQ(bash({"touch \"$(dirname \"$0\")/left\"", "exit 1"}).outcome, Outcome::failure);
  EXPECT_THAT(script_folder(), HasSubstr("AWSTOE"));
  EXPECT_FALSE(std::filesystem::exists(script_folder()));
}

TEST_F(ExecuteBash, AddsNoErrorSettings_EXECUTEBASH_3) {
  const auto result = bash({"false", "echo $UNSET", "false | true", "echo end"});
  EXPECT_EQ(result.outcome, Outcome::success);
  EXPECT_EQ(stdout_of(result), "\nend");
}

TEST_F(ExecuteBash, HasNoStandardInput_EXECUTEBASH_4) {
  EXPECT_EQ(stdout_of(bash({"read line || echo none; readlink /proc/self/fd/0"})), "none\n/dev/null");
}

TEST_F(ExecuteBash, EndsWithTheFirstExit_GOTCHA_2) {
  const auto result = bash({"exit 0", "echo never"});
  EXPECT_EQ(result.outcome, Outcome::success);
  EXPECT_EQ(stdout_of(result), "");
}

TEST_F(ExecuteBash, JudgesByTheExitCodeOnly_EXIT_1_EXIT_5_EXEC_2) {
  EXPECT_EQ(bash({"echo wrong >&2"}).outcome, Outcome::success);
  const auto result = bash({"echo some", "exit 3"});
  EXPECT_EQ(result.outcome, Outcome::failure);
  EXPECT_EQ(result.error, "exit status 3");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(stdout_of(result), "some") << "OUT-9: outputs of failed attempts too";
}

TEST_F(ExecuteBash, AsksForARebootWith194_EXIT_2_EXIT_3_EXECUTEBASH_6) {
  for (const auto* code : {"194", "3010"}) {
    const auto result = bash({std::string("exit ") + code});
    EXPECT_EQ(result.outcome, Outcome::reboot_then_repeat) << code;
    EXPECT_EQ(result.exit_code, 194);
  }
}

TEST_F(ExecuteBash, FailsWhenASignalKillsBash) {
  const auto result = bash({"kill -KILL $$"});
  EXPECT_EQ(result.outcome, Outcome::failure);
  EXPECT_EQ(result.exit_code, std::nullopt);
  EXPECT_THAT(result.error, HasSubstr("signal"));
}

TEST_F(ExecuteBash, OutputsStandardOutputOnly_OUT_8) {
  EXPECT_EQ(stdout_of(bash({"echo out; echo err >&2"})), "out");
}

TEST_F(ExecuteBash, NeverTakesAnotherShell) {
  std::filesystem::create_directory(at("bin"));
  std::filesystem::create_symlink("/bin/sh", at("bin/sh"));
  context_.variables["PATH"] = at("bin");
  const auto result = bash({"echo x"});
  EXPECT_EQ(result.outcome, Outcome::failure);
  EXPECT_EQ(result.error, "bash not found in target");
  EXPECT_FALSE(std::filesystem::exists(script_folder()));
}

TEST_F(ExecuteBash, GivesHints_EMU_3_EMU_7_EMU_8) {
  EXPECT_EQ(bash({"set -u", "echo $HOME"}).outcome, Outcome::failure);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("hint: HOME is not set")));
  context_.warned.clear();
  EXPECT_EQ(
      bash({"echo \"System has not been booted with systemd as init system (PID 1). Can't operate.\" >&2; exit 1"})
          .outcome,
      Outcome::failure);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("does not run systemd as PID 1")));
  context_.warned.clear();
  context_.variables["PATH"] = "/nowhere";
  EXPECT_EQ(run("ExecuteBinary", {{"path", "/bin/bash"}, {"arguments", {"-c", "sudo ls"}}}).error, "exit status 127");
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("the target has no sudo")));
}

TEST_F(ExecuteBash, GivesOfASuccessOnlyTheHintThatAScriptWentOn_EMU_3) {
  EXPECT_EQ(bash({"echo 'fatal: $HOME not set' >&2; echo 'sudo: command not found' >&2"}).outcome, Outcome::success);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("HOME is not set")));
}

TEST_F(ExecuteBash, ExplainsAProgramForAnotherArchitecture_GOTCHA_18) {
  // The head of an ELF file for a machine that nobody has.
  const std::string head(
      "\x7f"
      "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\xfe\xfe\x01\0\0\0",
      24);
  write("work/program", head + std::string(100, '\0'));
  ASSERT_EQ(::chmod(at("work/program").c_str(), 0755), 0);
  EXPECT_EQ(bash({"./program"}).error, "exit status 126");
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("another processor architecture")));
}

TEST_F(ExecuteBash, GivesNoHintWithoutReason) {
  EXPECT_EQ(bash({"echo nothing special >&2; exit 1"}).outcome, Outcome::failure);
  EXPECT_THAT(context_.warned, IsEmpty());
}

TEST_F(ExecuteBash, WarnsWhenTheFolderCannotBeRemoved) {
  if (!root_or_say_why_not()) return;
  std::unique_ptr<const Mount> disk;
  context_.before_process = [this, &disk] {
    disk.reset(new Mount(Mount::small_disk(std::filesystem::path(script_folder()) / "disk")));
  };
  EXPECT_EQ(bash({"true"}).outcome, Outcome::success);
  if (!disk->is_mounted()) return;
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("Device or resource busy")));
  disk.reset();
  std::filesystem::remove_all(script_folder());
}

}  // namespace
}  // namespace ibtest
