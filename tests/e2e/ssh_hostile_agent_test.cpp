// What a host sends is not trusted: a program in the place of the agent, over SSH.
#include <fstream>

#include "tests/e2e/ssh_fixture.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t mebibyte = 1U << 20U;

class SshHostileAgent : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    start_host();
  }
  /// Runs on the host, with a shell script in the place of the agent that was brought there: `talk` is what it says
  /// after `greeting`.
  ProgramResult run_with(const std::string& talk, const std::vector<std::string>& flags = {},
                         const std::string& greeting = R"(echo "ibtest-conversation 1 $conversation 0 0")") {
    std::ofstream(folder_ / "agent") << R"(#!/bin/bash
read -r word version conversation received last
say() { printf 'data %s\n%s\n' $((${#1} + 1)) "$1"; }
)" << greeting << "\n" << talk << "\n";
    const std::string hash = tool({"sha256sum", std::string(IBTEST_BIN) + "/ibtest-agent"}).output.substr(0, 64);
    const std::string place = "/root/.cache/ibtest/ibtest-agent-" + hash;
    in_host("mkdir -p /root/.cache/ibtest && chmod 700 /root/.cache/ibtest");
    tool({"docker", "cp", (folder_ / "agent").string(), container_ + ":" + place});
    in_host("chmod 755 " + place);
    std::vector<std::string> all{"--no-color", "--reconnect-timeout", "1"};
    all.insert(all.end(), flags.begin(), flags.end());
    return run("ssh:box", all);
  }

  // A mebibyte of frames without a line break in what they carry, again and again.
  const std::string flood_ = R"(
frame=$(printf '%065536d' 0)
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do printf 'data 65536\n%s' "$frame"; done >/tmp/frames
for i in $(seq 1024); do cat /tmp/frames || exit; done
)";
};

// A line may have 64 MiB: the state that a run goes on with after a reboot is one, with the outputs of all its steps.
TEST_F(SshHostileAgent, AGibibyteWithoutLineBreakIsRefusedInBoundedMemory) {
  const auto result = run_with(flood_);
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("error: the agent sent a line of more than 64 MiB"));
  EXPECT_LT(result.most_memory, 200 * mebibyte);
  RecordProperty("peak", static_cast<int>(result.most_memory / mebibyte));
}

TEST_F(SshHostileAgent, WhatComesBeforeTheGreetingIsDroppedInBoundedMemory) {
  const auto result = run_with("head -c 268435456 /dev/zero; echo; echo no agent >&2; exit 9", {}, "");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("no agent"));
  EXPECT_LT(result.most_memory, 64 * mebibyte);
}

TEST_F(SshHostileAgent, WhatIsNoFrameIsRefused) {
  for (const std::string talk :
       {"printf 'data 65537\\n'", "printf 'data -1\\n'", "printf 'seen 99999999999\\n'", "head -c 1000000 /dev/zero"}) {
    const auto result = run_with(talk);
    EXPECT_EQ(result.status, 3) << talk;
    EXPECT_THAT(result.errors, HasSubstr("what came over the connection is no conversation of ibtest")) << talk;
    EXPECT_LT(result.most_memory, 64 * mebibyte) << talk;
  }
}

// Asks for an object without end, grants without end, and reads nothing.
TEST_F(SshHostileAgent, AnAgentThatAsksAndDoesNotReadIsAnsweredInBoundedMemory) {
  std::filesystem::create_directory(folder_ / "bucket");
  std::ofstream(folder_ / "bucket/big");
  std::filesystem::resize_file(folder_ / "bucket/big", std::uintmax_t{8} << 30U);
  const auto result = run_with(R"(
say '{"n":1,"t":1,"e":"hello","v":1,"version":"1","machine":"x86_64"}'
for x in 1 2 3; do say '{"x":'$x',"ask":{"ask":"s3-get","bucket":"bucket","key":"big","owner":""}}'; done
for i in $(seq 200); do
  for x in 1 2 3; do say '{"x":'$x',"more":9000000000000000000}'; done
  sleep 0.01
done
echo over
sleep 1
)",
                               {"--s3-map", "bucket=bucket"});
  EXPECT_EQ(result.status, 3);
  EXPECT_LT(result.most_memory, 128 * mebibyte);
  RecordProperty("peak", static_cast<int>(result.most_memory / mebibyte));
}

TEST_F(SshHostileAgent, AnAgentThatAsksForALotAtOnceIsRefused) {
  const auto result = run_with(R"(
say '{"n":1,"t":1,"e":"hello","v":1,"version":"1","machine":"x86_64"}'
for x in $(seq 100); do say '{"x":'$x',"ask":{"ask":"s3-put","bucket":"bucket","key":"big","size":1,"owner":""}}'; done
)",
                               {"--s3-map", "bucket=."});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("the agent asks for too much at the same time"));
  EXPECT_LT(result.most_memory, 128 * mebibyte);
}

}  // namespace
}  // namespace ibtest
