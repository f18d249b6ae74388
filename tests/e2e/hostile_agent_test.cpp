// What comes from a target is not trusted: programs that stand in the place of the agent and say what no agent says.
#include <fstream>
#include <sys/stat.h>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

constexpr std::size_t mebibyte = 1U << 20U;

class HostileAgentTest : public RunTest {
 protected:
  /// Runs a document on this machine, with a shell script as the agent.
  ProgramResult run_with(const std::string& agent, std::vector<std::string> flags = {}) {
    const auto programs = folder_ / "programs";
    std::filesystem::create_directories(programs);
    std::filesystem::copy_file(std::string(IBTEST_BIN) + "/ibtest", programs / "ibtest",
                               std::filesystem::copy_options::overwrite_existing);
    std::ofstream(programs / "ibtest-agent") << "#!/bin/sh\n" << agent << "\n";
    ::chmod((programs / "ibtest-agent").c_str(), 0755);
    write_scripts("one.yml", {"true"});
    std::vector<std::string> command_line = {
        (programs / "ibtest").string(),     "run",       "one.yml", "--target", "local",
        "--i-know-this-changes-my-machine", "--no-color"};
    command_line.insert(command_line.end(), flags.begin(), flags.end());
    return tool(command_line);
  }

  const std::string hello_ = R"(echo '{"n":1,"t":1,"e":"hello","v":1,"version":"1","machine":"x86_64"}'; read -r job
echo '{"n":2,"t":1,"e":"run","id":"1","log":"/nowhere","steps":1}'
echo '{"n":3,"t":1,"e":"document","d":0,"path":"one.yml","name":""}'
echo '{"n":4,"t":1,"e":"phase","d":0,"p":0,"name":"build"}'
echo '{"n":5,"t":1,"e":"step","d":0,"p":0,"s":0,"name":"Step1","action":"ExecuteBash","line":5,"attempts":1,"timeout":-1}'
)";
};

TEST_F(HostileAgentTest, AGibibyteWithoutLineBreakIsRefusedInBoundedMemory) {
  const ProgramResult result = run_with(hello_ + "head -c 1073741824 /dev/zero; read -r release");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("error: the agent sent a line of more than 64 MiB; it was running one.yml:5, "
                                       "step Step1 (ExecuteBash) of phase build"));
  EXPECT_LT(result.most_memory, 300 * mebibyte);
}

TEST_F(HostileAgentTest, AGibibyteBeforeTheGreetingIsRefusedInBoundedMemory) {
  const ProgramResult result = run_with("head -c 1073741824 /dev/zero; read -r release");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("the agent sent a line of more than 64 MiB"));
  EXPECT_LT(result.most_memory, 300 * mebibyte);
}

TEST_F(HostileAgentTest, AGibibyteOfErrorOutputIsDroppedInBoundedMemory) {
  const ProgramResult result = run_with(hello_ + "head -c 1073741824 /dev/zero >&2; exit 9");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("the agent was lost"));
  EXPECT_LT(result.most_memory, 300 * mebibyte);
}

// The longest lines that are taken, filled with what takes most memory in a tree.
TEST_F(HostileAgentTest, LongLinesOfJsonAreRefusedInBoundedMemory) {
  for (const std::string filling : {"[", "{\\\"a\\\":", "1,", "{},"}) {
    const ProgramResult result = run_with(hello_ + "printf '{\"n\":6,\"t\":1,\"e\":['; yes \"" + filling +
                                          "\" | tr -d '\\n' | head -c 60000000; echo; read -r release");
    EXPECT_EQ(result.status, 3);
    EXPECT_THAT(result.errors, HasSubstr("talking to the agent: reading an event: it is no JSON object")) << filling;
    EXPECT_LT(result.most_memory, 300 * mebibyte) << filling;
  }
}

TEST_F(HostileAgentTest, MessagesAndNamesOfManyMebibytesAreCutInBoundedMemory) {
  const ProgramResult result = run_with(hello_ + R"sh(long() { head -c 20000000 /dev/zero | tr '\0' x; }
for n in 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
printf '{"n":%s,"t":1,"e":"log","level":"warning","text":"' $n; long; echo '"}'; done
printf '{"n":21,"t":1,"e":"step-end","d":0,"p":0,"s":0,"status":"failed","ms":1,"attempts":1,"message":"'; long; echo '"}'
printf '{"n":22,"t":1,"e":"run-end","status":"failed","executed":1,"failed":1,"ignored":0,"skipped":0,"message":"x"}\n'
read -r release)sh",
                                        {"--format", "json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_LT(result.most_memory, 300 * mebibyte);
}

TEST_F(HostileAgentTest, EventsOutOfTurnAreRefused) {
  const ProgramResult result =
      run_with(hello_ + R"(echo '{"n":8,"t":1,"e":"out","to":"out","text":"x"}'; read -r release)");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("error: the agent skips events: expected number 6, got 8"));
}

}  // namespace
}  // namespace ibtest
