#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Outcome = ActionResult::Outcome;
using Json = nlohmann::ordered_json;

class ExecuteBinary : public ModuleTest {
 protected:
  ActionResult execute(const std::string& path, const std::vector<std::string>& arguments = {}) {
    Json inputs = {{"path", path}};
    if (!arguments.empty()) inputs["arguments"] = arguments;
    return run("ExecuteBinary", inputs);
  }
  void write_program(const std::string& name, std::string_view content, mode_t mode = 0755) {
    write(name, content);
    ASSERT_EQ(::chmod(at(name).c_str(), mode), 0);
  }
};

TEST_F(ExecuteBinary, PassesEachArgumentAsItIs_EXECUTEBINARY_1) {
  const auto result = execute("printf", {"<%s>", "a b", "", "$HOME", "*", "x; echo y | cat >z"});
  EXPECT_EQ(result.outcome, Outcome::success) << result.error;
  EXPECT_EQ(result.outputs.dump(), R"([{"stdout":"<a b><><$HOME><*><x; echo y | cat >z>"}])");
}

TEST_F(ExecuteBinary, LooksNamesUpInPath_EXECUTEBINARY_2) {
  std::filesystem::create_directory(at("bin"));
  write_program("bin/my-tool", "#!/bin/sh\necho found\n");
  context_.variables["PATH"] = at("bin") + ":/bin";
  EXPECT_EQ(execute("my-tool").outputs.at(0).at("stdout"), "found");
}

TEST_F(ExecuteBinary, RunsPathsBelowTheWorkingFolder_EXECUTEBINARY_2_GEN_12) {
  write_program("work/tool", "#!/bin/sh\npwd\n");
  EXPECT_EQ(execute("./tool").outputs.at(0).at("stdout"), at("work"));
  EXPECT_EQ(execute("tool").outcome, Outcome::failure) << "the working folder is not in PATH";
}

TEST_F(ExecuteBinary, JudgesByTheExitCode_EXECUTEBINARY_3_EXEC_2) {
  EXPECT_EQ(execute("/bin/sh", {"-c", "exit 194"}).outcome, Outcome::reboot_then_repeat);
  const auto result = execute("/bin/sh", {"-c", "echo some; exit 7"});
  EXPECT_EQ(result.outcome, Outcome::failure);
  EXPECT_EQ(result.error, "exit status 7");
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.outputs.at(0).at("stdout"), "some");
}

TEST_F(ExecuteBinary, HasNoStandardInput_EXECUTEBINARY_4) {
  EXPECT_EQ(execute("readlink", {"/proc/self/fd/0"}).outputs.at(0).at("stdout"), "/dev/null");
}

TEST_F(ExecuteBinary, NeedsTheExecuteBit_EXECUTEBINARY_5) {
  write_program("tool", "#!/bin/sh\n", 0644);
  EXPECT_EQ(execute(at("tool")).outcome, Outcome::failure);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("may lack the execute bit")));
}

TEST_F(ExecuteBinary, ExplainsWhatIsNoProgramHere_EXECUTEBINARY_5) {
  write_program("tool", "not a program\n");
  const auto result = execute(at("tool"));
  EXPECT_EQ(result.outcome, Outcome::failure);
  EXPECT_EQ(result.exit_code, std::nullopt);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("another processor architecture")));
}

TEST_F(ExecuteBinary, ExplainsCarriageReturnsInTheFirstLine) {
  write_program("tool", "#!/bin/sh\r\necho x\r\n");
  EXPECT_EQ(execute(at("tool")).outcome, Outcome::failure);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("must not end in a carriage return")));
}

TEST_F(ExecuteBinary, FailsWithoutHintWhenThereIsNoProgram) {
  EXPECT_EQ(execute(at("nothing")).outcome, Outcome::failure);
  EXPECT_EQ(execute("no-such-program-anywhere").outcome, Outcome::failure);
  EXPECT_THAT(context_.warned, IsEmpty());
}

TEST_F(ExecuteBinary, RefusesNul_PATH_4) {
  EXPECT_EQ(execute(std::string("a\0b", 3)).error, "ExecuteBinary: path holds a NUL character");
  EXPECT_EQ(execute("echo", {"a", std::string("\0", 1)}).error, "ExecuteBinary: arguments[1] holds a NUL character");
}

TEST_F(ExecuteBinary, TakesScalarsAsText_EXECUTEBINARY_6) {
  EXPECT_EQ(run("ExecuteBinary", Json::parse(R"({"path":"echo","arguments":[5,true,1.10]})")).outputs.dump(),
            R"([{"stdout":"5 true 1.1"}])");
}

}  // namespace
}  // namespace ibtest
