// Several targets and documents at once.
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class CombinationsTest : public RunTest {
 protected:
  CombinationsTest() {
    write_scripts("good.yml", {"echo good of $(hostname); sleep 0.3; echo end of $(hostname)"});
    write_scripts("bad.yml", {"echo bad", "exit 7"});
  }
};

TEST_F(CombinationsTest, TargetsRunSideBySideAndSpeakOneAfterTheOther) {
  write_scripts("first.yml", {":"});
  const auto result = ibtest({"run", "first.yml", "good.yml", "-t", "docker:debian:12", "-t", "docker:debian:12", "-t",
                              "docker:debian:12", "-j", "3", "--format", "json"});
  EXPECT_EQ(result.status, 0) << result.errors;
  const auto report = json::parse(result.output);
  EXPECT_EQ(report.at("runs").size(), 3U);
  EXPECT_EQ(report.at("executedStepCount"), 6);
  // What a run prints stands together.
  std::size_t begun = 0;
  std::size_t at = 0;
  for (; (at = result.errors.find("target docker:debian:12\n", at)) != std::string::npos; ++at) {
    const auto next = result.errors.find("target docker:", at + 1);
    const auto text = result.errors.substr(at, next - at);
    EXPECT_THAT(text, HasSubstr("success: 2 passed, 0 failed"));
    const auto good = text.find("good of ");
    const auto host = text.substr(good + 8, text.find('\n', good) - good - 8);
    EXPECT_THAT(text, HasSubstr("end of " + host + "\n")) << "of the same machine";
    ++begun;
  }
  EXPECT_EQ(begun, 3U);
}

// This machine takes one run at a time; other targets do not wait for it.
TEST_F(CombinationsTest, RunsOnThisMachineWaitForEachOtherAlone) {
  const std::string here = folder_.string();
  ASSERT_EQ(tool({"mkfifo", "gate"}).status, 0);
  // Ends only when the container is there beside it, and fails when another one is on this machine.
  write_scripts("first.yml", {"mkdir " + here + "/alone || exit 1; [ -e " + here + "/opened ] || timeout 60 cat " +
                              here + "/gate || exit 1; touch " + here + "/opened; rmdir " + here + "/alone"});
  write_scripts("second.yml", {"mkdir " + here + "/alone && rmdir " + here + "/alone"});
  const auto program = start({"run", "first.yml", "second.yml", "--separately", "-t", "local", "-t", plain_, "-j", "2",
                              "--i-know-this-changes-my-machine", "--format", "jsonl"});
  // The runs in containers fail at once, having no such folder, while the first one waits.
  for (int ended = 0; ended < 2; ++ended)
    EXPECT_TRUE(program->read_until(R"("e":"run-end","status":"failed")"));
  EXPECT_TRUE(exists("alone"));
  std::ofstream(folder_ / "gate") << "open\n";
  const auto result = program->wait();
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_THAT(result.errors, testing::ContainsRegex("\nlocal +passed +[0-9.]+ m?s +passed"));
  EXPECT_THAT(result.errors, testing::ContainsRegex("\ndocker:debian:12 +FAILED +[0-9.]+ m?s +FAILED"));
}

TEST_F(CombinationsTest, DocumentsRunInMachinesOfTheirOwn) {
  write_scripts("first.yml", {"touch /var/tmp/mark"});
  write_scripts("second.yml", {"! test -e /var/tmp/mark"});
  EXPECT_EQ(ibtest({"run", "first.yml", "second.yml", "-t", "docker:debian:12"}).status, 1);
  const auto result = ibtest({"run", "first.yml", "second.yml", "bad.yml", "--separately", "-t", "docker:debian:12",
                              "-t", "docker:debian-12", "-j", "2", "--junit", "report.xml"});
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("first.yml")) << "the table's heading";
  const auto table = result.errors.substr(result.errors.rfind("\n\n") + 2);
  EXPECT_THAT(table, MatchesRegex(" +first.yml +second.yml +bad.yml\n"
                                  "docker:debian:12 +passed +[0-9.]+ m?s +passed +[0-9.]+ m?s +FAILED +[0-9.]+ m?s\n"
                                  "docker:debian-12 +passed +[0-9.]+ m?s +passed +[0-9.]+ m?s +FAILED +[0-9.]+ m?s\n"));
  EXPECT_THAT(content("report.xml"), HasSubstr("bad.yml"));
  EXPECT_EQ(run_ids().size(), 7U);
}

TEST_F(CombinationsTest, ParametersGoToTheDocumentsThatDeclareThem) {
  write("with.yml",
        "schemaVersion: 1.0\nparameters:\n  - Word: { type: string }\nphases:\n  - name: build\n    steps:\n"
        "      - { name: Say, action: ExecuteBash, inputs: { commands: [ 'test {{ Word }} = given' ] } }\n");
  const auto result =
      ibtest({"run", "with.yml", "good.yml", "--separately", "-t", "docker:debian:12", "--param", "Word=given"});
  EXPECT_EQ(result.status, 0) << result.errors;
}

TEST_F(CombinationsTest, AFailureStopsTheOthersOnlyWhenAsked) {
  write_scripts("slow.yml", {"touch /var/tmp/begun; sleep 60"});
  const auto stopped = ibtest({"run", "slow.yml", "bad.yml", "good.yml", "--separately", "-t", "docker:debian:12", "-j",
                               "2", "--fail-fast", "--format", "json"});
  EXPECT_EQ(json::parse(stopped.output).at("status"), "failed");
  EXPECT_EQ(stopped.status, 1) << "of what failed, not of what was stopped because of it";
  EXPECT_THAT(stopped.errors.substr(stopped.errors.rfind("\n\n")),
              MatchesRegex("[^F]+stopped +[0-9.]+ m?s +FAILED +[0-9.]+ m?s +not run\n"));
  const auto all = ibtest({"run", "bad.yml", "good.yml", "--separately", "-t", "docker:debian:12", "-j", "2"});
  EXPECT_THAT(all.errors.substr(all.errors.rfind("\n\n")), HasSubstr("passed"));
  const auto in_turn = ibtest({"run", "bad.yml", "-t", "docker:debian:12", "-t", "docker:debian:12", "--fail-fast"});
  EXPECT_EQ(in_turn.status, 1);
  EXPECT_THAT(in_turn.errors, HasSubstr("not run"));
}

TEST_F(CombinationsTest, EventsOfARunStandTogether) {
  const auto result =
      ibtest({"run", "good.yml", "bad.yml", "--separately", "-t", "docker:debian:12", "-j", "2", "--format", "jsonl"});
  EXPECT_EQ(result.status, 1);
  std::vector<int> starts;
  int last = 0;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    const int number = json::parse(line).at("n");
    if (number == 1) {
      starts.push_back(last);
    } else {
      EXPECT_EQ(number, last + 1);
    }
    last = number;
  }
  EXPECT_EQ(starts.size(), 2U);
}

TEST_F(CombinationsTest, AnInterruptEndsThemAll) {
  write_scripts("slow.yml", {"sleep 60"});
  const auto program =
      start({"run", "slow.yml", "slow.yml", "--separately", "-t", "docker:debian:12", "-j", "2", "--log-dir", "runs"});
  const auto both_run = [this] {
    std::size_t running = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "runs", ignored))
      if (entry.path().filename() == "events.jsonl" &&
          content(std::filesystem::relative(entry.path(), folder_).string()).find("\"step\"") != std::string::npos)
        ++running;
    return running == 2;
  };
  for (int tries = 0; tries < 300 && !both_run(); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ASSERT_TRUE(both_run());
  program->signal(SIGINT);
  const auto result = program->wait();
  EXPECT_EQ(result.status, 130) << result.errors;
  EXPECT_THAT(result.errors.substr(result.errors.rfind("\n\n")),
              MatchesRegex("[^0-9]+slow.yml +slow.yml\ndocker:debian:12 +stopped.*stopped.*"));
}

TEST_F(CombinationsTest, BadNumbersAreRefused) {
  for (const char* const jobs : {"0", "-1", "many", "1000"}) {
    const auto result = ibtest({"run", "good.yml", "-t", "docker:debian:12", "-j", jobs});
    EXPECT_EQ(result.status, 2) << jobs;
    EXPECT_THAT(result.errors, HasSubstr("--jobs"));
  }
}

}  // namespace
}  // namespace ibtest
