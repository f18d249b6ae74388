#include "agent/engine/step_process.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "agent/protocol/file_descriptor.hpp"
#include "tests/unit/engine/process_fixture.hpp"

namespace ibtest::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using StepProcessTest = ProcessFixture;

TEST_F(StepProcessTest, GivesBothOutputsAndTheExitCode_OUT_7_OUT_8) {
  const ProcessResult result = bash("echo out; echo err >&2; printf 'last\\n\\r\\n'; exit 3");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.error, "exit status 3");
  EXPECT_EQ(result.standard_output, "out\nlast");
  EXPECT_EQ(result.standard_error_tail, "err\n");
  EXPECT_EQ(output, "out\nlast\n\r\n");
  EXPECT_EQ(error_output, "err\n");
}

TEST_F(StepProcessTest, NamesTheSignal_EXIT_1) {
  EXPECT_EQ(bash("kill -KILL $$").error, "signal: killed");
  EXPECT_EQ(bash("kill -TERM $$").error, "signal: terminated");
  EXPECT_EQ(bash("kill -TERM $$").exit_code, std::nullopt);
}

TEST_F(StepProcessTest, GivesExactlyTheEnvironmentOfTheStep_GOTCHA_5) {
  environment = {{"PATH", "/usr/bin"}, {"LANG", "en_US.UTF-8"}};
  EXPECT_EQ(run({"env"}).standard_output, "LANG=en_US.UTF-8\nPATH=/usr/bin");
}

TEST_F(StepProcessTest, StartsWithNullInputOwnSessionWorkingFolderAndDefaultSignals_GOTCHA_8_GOTCHA_9) {
  std::signal(SIGPIPE, SIG_IGN);
  const FileDescriptor inherited(::open("/dev/null", O_RDONLY));
  const ProcessResult result = bash(
      "readlink /proc/self/fd/0; pwd; for file in /proc/$$/fd/*; do [ ${file##*/} -gt 2 ] && readlink $file; done\n"
      "[ $(cut -d' ' -f6 /proc/$$/stat) = $$ ] && echo leader\n"
      "yes | head -n 1; echo ${PIPESTATUS[0]}");
  // 128 + 13: `yes` was ended by SIGPIPE.
  EXPECT_EQ(result.standard_output, "/dev/null\n" + folder.path().string() + "\nleader\ny\n141");
}

TEST_F(StepProcessTest, SaysWhyAProgramDoesNotStart_EXECUTEBINARY_5) {
  EXPECT_EQ(run({"no-such-program"}).error, "exec: \"no-such-program\": executable file not found in $PATH");
  EXPECT_EQ(run({"no-such-program"}).start_error, ENOENT);
  EXPECT_EQ(run({"./missing"}).error, "fork/exec ./missing: no such file or directory");
  std::ofstream(folder / "plain") << "echo hello\n";
  EXPECT_EQ(run({"./plain"}).error, "fork/exec ./plain: permission denied");
  EXPECT_EQ(run({"./plain"}).start_error, EACCES);
  ::chmod((folder / "plain").c_str(), 0755);
  EXPECT_EQ(run({"./plain"}).error, "fork/exec ./plain: exec format error");
}

TEST_F(StepProcessTest, SaysThatTheWorkingFolderIsMissing) {
  std::filesystem::remove(folder.path());
  EXPECT_EQ(run({"/bin/true"}).error, "chdir " + folder.path().string() + ": no such file or directory");
}

TEST_F(StepProcessTest, LooksPathOfTheStepUp_EXECUTEBINARY_2) {
  std::ofstream(folder / "tool") << "#!/bin/bash\necho mine\n";
  ::chmod((folder / "tool").c_str(), 0755);
  environment["PATH"] = "/nowhere:" + folder.path().string() + ":/usr/bin";
  EXPECT_EQ(run({"tool"}).standard_output, "mine");
  environment.erase("PATH");
  EXPECT_EQ(run({"tool"}).start_error, ENOENT);
}

TEST_F(StepProcessTest, KillsTheWholeTreeOnTimeout_EXEC_3_GEN_18_D_11) {
  // A child, a pipeline, a grandchild in a session of its own, and one that has forked twice and left everything.
  const ProcessResult result = bash(
      "sleep 600 & echo $! > child\n"
      "sleep 600 | sleep 600 & echo $! > pipeline\n"
      "setsid bash -c 'echo $$ > session; sleep 600' &\n"
      "(setsid bash -c 'echo $$ > daemon; exec sleep 600' >/dev/null 2>&1 & )\n"
      "until [ -s session ] && [ -s daemon ]; do :; done; sleep 600",
      1);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.error, "step timed out after 1 seconds");
  EXPECT_EQ(result.exit_code, std::nullopt);
  for (const std::string_view file : {"child", "pipeline", "session", "daemon"}) {
    ASSERT_GT(pid_in(file), 0) << file;
    EXPECT_FALSE(is_alive(pid_in(file))) << file;
  }
  EXPECT_FALSE(children.reap()) << "zombies are left";
}

TEST_F(StepProcessTest, SparesDaemonsOfEarlierSteps) {
  ASSERT_EQ(bash("setsid bash -c 'echo $$ > daemon; sleep 600 & echo $! > worker; wait' >/dev/null 2>&1 &\n"
                 "until [ -s worker ]; do :; done")
                .error,
            "");
  ASSERT_TRUE(children.reap());
  earlier = EarlierProcesses::now();
  // A worker that the daemon starts meanwhile is its own as well.
  EXPECT_TRUE(bash("sleep 600", 1).timed_out);
  EXPECT_TRUE(is_alive(pid_in("daemon")));
  EXPECT_TRUE(is_alive(pid_in("worker")));
  ::kill(pid_in("daemon"), SIGKILL);
  ::kill(pid_in("worker"), SIGKILL);
}

TEST_F(StepProcessTest, WaitsForABackgroundProcessThatHoldsItsOutput_GOTCHA_27) {
  EXPECT_EQ(bash("(sleep 0.5; echo late) & exit 0").standard_output, "late");
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(StepProcessTest, WarnsFiveSecondsAfterTheEndOfBash_EXECUTEBASH_7) {
  const auto start = std::chrono::steady_clock::now();
  const ProcessResult result = bash("sleep 600 & echo $! > child; exit 0", 6);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("background process still holds its output open")));
  EXPECT_TRUE(result.timed_out);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(6));
  EXPECT_FALSE(is_alive(pid_in("child")));
}

TEST_F(StepProcessTest, ClosesPipesThatSomebodyElseHolds_GEN_18) {
  // The holder is no descendant of the step: it got the pipe through a named pipe of ours.
  ASSERT_EQ(bash("mkfifo ready; setsid bash -c 'exec 3<ready; read -r pid <&3; exec 4>/proc/$pid/fd/1; "
                 "echo $$ > holder; sleep 600' >/dev/null 2>&1 &")
                .error,
            "");
  earlier = EarlierProcesses::now();
  const ProcessResult result = bash("echo before; echo $$ > ready; until [ -s holder ]; do :; done; sleep 600", 1);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.standard_output, "before");
  EXPECT_TRUE(is_alive(pid_in("holder")));
  ::kill(pid_in("holder"), SIGKILL);
}

TEST_F(StepProcessTest, StopsAtOnce) {
  on_output = [this] { control.request_stop(); };
  const ProcessResult result = bash("echo started; sleep 600");
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.error, "the run was stopped");
  EXPECT_TRUE(run({"true"}).stopped) << "nothing starts any more";
}

// UPDATEOS-6: what a module has changed is put back.
TEST_F(StepProcessTest, RunsToItsEndInSpiteOfAStopWhenItMust) {
  heeds_stop = false;
  on_output = [this] { control.request_stop(); };
  EXPECT_EQ(bash("echo started; sleep 0.1; echo ended").standard_output, "started\nended");
  EXPECT_EQ(run({"true"}).error, "");
}

TEST_F(StepProcessTest, ReplacesInvalidUtf8InTheValueOnly_OUT_11) {
  const ProcessResult result = bash(R"(printf 'a\xffb\xc3'; sleep 0.1; printf '\xa9 \xe2\x82')");
  EXPECT_EQ(result.standard_output,
            "a\xEF\xBF\xBD"
            "b\xC3\xA9 \xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(output,
            "a\xff"
            "b\xC3\xA9 \xe2\x82");
}

TEST_F(StepProcessTest, CutsTheValueAtItsLimitAndWarns_OUT_12) {
  std::size_t printed = 0;
  on_output = [&] {
    printed += output.size();
    output.clear();
  };
  const ProcessResult result = bash("head -c 20000000 /dev/zero | tr '\\0' x");
  EXPECT_EQ(result.standard_output.size(), 16U << 20U);
  EXPECT_EQ(printed, 20000000U);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("16 MiB")));
}

TEST_F(StepProcessTest, ReapsOrphans) {
  ASSERT_EQ(bash("(sleep 0.2 >/dev/null 2>&1 &) ; exit 0").error, "");
  while (children.reap())
    loop.run_one();
  EXPECT_THAT(descendants_of(::getpid()), IsEmpty());
}

}  // namespace
}  // namespace ibtest::test
