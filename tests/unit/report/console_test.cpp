#include "runner/report/console.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/report/json_report.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

/// A console in a terminal of 60 columns, and what a person sees on it: the emulation knows the few sequences that the
/// console may use, and fails for any other.
class Screen {
 public:
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      if (bytes.front() == '\x1b') {
        ASSERT_GE(bytes.size(), 3U);
        const std::size_t end = bytes.find_first_not_of("0123456789;", 2);
        ASSERT_EQ(bytes[1], '[');
        ASSERT_NE(end, std::string_view::npos);
        if (bytes[end] == 'F') {
          const std::size_t up = std::stoul(std::string(bytes.substr(2, end - 2)));
          ASSERT_LE(up, row_);
          row_ -= up;
        } else if (bytes[end] == 'J') {
          rows_.resize(row_);
        } else {
          ASSERT_EQ(bytes[end], 'm');
        }
        bytes.remove_prefix(end + 1);
        continue;
      }
      if (rows_.size() <= row_) rows_.resize(row_ + 1);
      if (bytes.front() == '\n') {
        ++row_;
      } else {
        rows_[row_] += bytes.front();
      }
      bytes.remove_prefix(1);
    }
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const std::string& row : rows_)
      text += row + "\n";
    return text;
  }
  [[nodiscard]] const std::vector<std::string>& rows() const { return rows_; }

 private:
  std::vector<std::string> rows_;
  std::size_t row_ = 0;
};

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() { console_.begin_target(history_, "docker:x", ""); }

  void play(EventBody body) {
    const Event event{1, now_ms_ * 1'000'000, std::move(body)};
    history_.consume(event);
    console_.consume(event);
  }
  void start_step(const std::string& name) {
    play(StepStarted{{0, 0, step_}, name, "ExecuteBash", 7, 1, -1});
    play(AttemptStarted{{0, 0, step_}, 1});
  }
  void finish_step(Status status = Status::success, const std::string& message = "") {
    play(AttemptFinished{{0, 0, step_}, 1, status == Status::success, 0, message});
    play(StepFinished{{0, 0, step_++}, status, message, 100, 1});
  }
  void output(const std::string& text) { play(Output{OutputStream::standard_output, text}); }
  static ConsoleOptions options() {
    ConsoleOptions options;
    options.terminal = true;
    options.color = true;
    options.terminal_width = [] { return std::size_t{60}; };
    return options;
  }

  Screen screen_;
  std::int64_t now_ms_ = 0;
  std::uint32_t step_ = 0;
  RunHistory history_;
  Console console_{options(), [this](std::string_view bytes) { screen_.write(bytes); }, [this] { return now_ms_; }};
};

TEST_F(ConsoleTest, TheRunningStepIsTheLastThingOnTheScreenWithItsLastThreeLines) {
  play(RunStarted{"id", "/log", 2});
  play(DocumentStarted{0, "a.yml", ""});
  play(PhaseStarted{0, 0, "build"});
  start_step("One");
  output("1\n2\n3\n4\n");
  now_ms_ = 1500;
  console_.tick();
  ASSERT_GE(screen_.rows().size(), 4U);
  EXPECT_THAT(screen_.text(), EndsWith("    │ 2\n    │ 3\n    │ 4\n"));
  EXPECT_THAT(screen_.rows()[screen_.rows().size() - 4], HasSubstr("One"));
  EXPECT_THAT(screen_.rows()[screen_.rows().size() - 4], HasSubstr("1.5 s"));
  finish_step();
  EXPECT_THAT(screen_.text(), Not(HasSubstr("│")));
  EXPECT_THAT(screen_.rows().back(), HasSubstr("✓ One"));
}

TEST_F(ConsoleTest, TheRunningLoopShowsItsIteration) {
  play(RunStarted{"id", "/log", 1});
  start_step("Each");
  play(IterationStarted{{0, 0, 0}, 1, 3, "jq"});
  console_.tick();
  EXPECT_THAT(screen_.text(), HasSubstr("  2 of 3"));
}

TEST_F(ConsoleTest, TheRunningTransferIsShownBelowItsStep) {
  play(RunStarted{"id", "/log", 2});
  start_step("Get");
  play(TransferProgress{"Received", 12U << 20U, 40U << 20U});
  console_.tick();
  EXPECT_THAT(screen_.text(), EndsWith("    │ Received 12.0 MiB of 40.0 MiB\n"));
  finish_step();
  start_step("Next");
  console_.tick();
  EXPECT_THAT(screen_.text(), Not(HasSubstr("Received")));
}

TEST_F(ConsoleTest, NoLineOfTheMovingPartIsAsWideAsTheTerminal) {
  play(RunStarted{"id", "/log", 2});
  start_step(std::string(100, 'n'));
  output(std::string(500, 'x') + "\n日本" + std::string(500, 'y') + "\n");
  console_.tick();
  for (const std::string& row : screen_.rows())
    EXPECT_LT(display_width(row), 60U) << row;
}

TEST_F(ConsoleTest, OutputAloneNeverDraws) {
  play(RunStarted{"id", "/log", 1});
  start_step("One");
  const std::string before = screen_.text();
  for (int i = 0; i < 1000; ++i)
    output("line\n");
  EXPECT_EQ(screen_.text(), before);
}

TEST_F(ConsoleTest, AnActivityEndsWhenTheRunStarts) {
  console_.activity("waiting for the agent");
  console_.tick();
  EXPECT_THAT(screen_.text(), HasSubstr("waiting for the agent"));
  play(RunStarted{"id", "/log", 1});
  start_step("One");
  console_.tick();
  EXPECT_THAT(screen_.text(), Not(HasSubstr("waiting")));
  EXPECT_THAT(screen_.text(), HasSubstr("One"));
}

TEST_F(ConsoleTest, DetailsOfAnActivityAreShownBelowItAndErasedAfterIt) {
  console_.activity("building the image");
  for (const char* line : {"a", "b", "c", "d"})
    console_.activity_detail(line);
  console_.tick();
  EXPECT_THAT(screen_.text(), EndsWith("    │ b\n    │ c\n    │ d\n"));
  console_.activity_finished("built the image in 3 s");
  EXPECT_EQ(screen_.rows().back(), "built the image in 3 s");
  EXPECT_THAT(screen_.text(), Not(HasSubstr("│")));
}

TEST_F(ConsoleTest, WarningsStayAboveTheMovingPart) {
  play(RunStarted{"id", "/log", 1});
  start_step("One");
  console_.tick();
  play(LogLine{LogLevel::warning, "writing console.log: No space left on device"});
  console_.tick();
  EXPECT_THAT(screen_.text(), HasSubstr("warning: writing console.log: No space left on device\n"));
  EXPECT_THAT(screen_.rows().back(), HasSubstr("One"));
}

TEST(PlainConsole, SaysEveryTenSecondsHowFarATransferHasCome) {
  for (const Verbosity verbosity : {Verbosity::quiet, Verbosity::normal, Verbosity::verbose}) {
    std::string text;
    std::int64_t now = 0;
    ConsoleOptions options;
    options.verbosity = verbosity;
    Console console(
        options, [&](std::string_view bytes) { text += bytes; }, [&] { return now; });
    RunHistory history;
    console.begin_target(history, "docker:x", "");
    const auto play = [&](EventBody body) {
      const Event event{1, 0, std::move(body)};
      history.consume(event);
      console.consume(event);
    };
    play(StepStarted{{}, "Put", "S3Upload", 1, 1, -1});
    for (int second = 1; second <= 25; ++second) {
      now = second * 1000;
      play(TransferProgress{"Sent", static_cast<std::uint64_t>(second) << 20U, 0});
    }
    const std::string expected = "  Put | Sent 10.0 MiB\n  Put | Sent 20.0 MiB\n";
    EXPECT_THAT(text, verbosity == Verbosity::normal ? testing::Matcher<std::string>(EndsWith(expected))
                                                     : testing::Matcher<std::string>(Not(HasSubstr("Sent"))));
  }
}

TEST(PlainConsole, ClipsWhatOneStepPrintsUnlessVerbose) {
  for (const bool verbose : {false, true}) {
    std::string text;
    ConsoleOptions options;
    options.verbosity = verbose ? Verbosity::verbose : Verbosity::normal;
    Console console(
        options, [&](std::string_view bytes) { text += bytes; }, [] { return std::int64_t{0}; });
    RunHistory history;
    console.begin_target(history, "docker:x", "");
    const auto play = [&](EventBody body) {
      const Event event{1, 0, std::move(body)};
      history.consume(event);
      console.consume(event);
    };
    play(StepStarted{{}, "Flood", "ExecuteBash", 1, 1, -1});
    for (int i = 0; i < 4096; ++i)
      play(Output{OutputStream::standard_output, std::string(1023, 'x') + "\n"});
    play(StepFinished{{}, Status::success, "", 1, 1});
    if (verbose) {
      EXPECT_GT(text.size(), 4U * 1024 * 1024);
    } else {
      EXPECT_LT(text.size(), 1200U * 1024);
      EXPECT_THAT(text, HasSubstr("Flood | (more than 1 MiB of output; all of it is in the logs, -v shows it here)\n"));
    }
    EXPECT_THAT(text, HasSubstr("ok      Flood"));
  }
}

TEST(MergeDocuments, PhasesOfLaterStagesFollowThoseOfEarlierOnes) {
  const auto stage = [](const std::string& text) { return nlohmann::ordered_json::parse(text); };
  const auto merged = merge_documents(
      {stage(R"([{"filePath":"a","status":"success","endTime":"1","failureMessage":"","phases":[{"name":"build"}]},
                 {"filePath":"b","status":"success","endTime":"1","failureMessage":"","phases":[]}])"),
       stage(R"([{"filePath":"a","status":"failed","endTime":"2","failureMessage":"bad","phases":[{"name":"test"}]},
                 {"filePath":"c","status":"success","endTime":"2","failureMessage":"","phases":[]}])")});
  EXPECT_EQ(merged, stage(R"([{"filePath":"a","status":"failed","endTime":"2","failureMessage":"bad",
                               "phases":[{"name":"build"},{"name":"test"}]},
                              {"filePath":"b","status":"success","endTime":"1","failureMessage":"","phases":[]},
                              {"filePath":"c","status":"success","endTime":"2","failureMessage":"","phases":[]}])"));
}

TEST(MergeDocuments, TheSameFileGivenTwiceStaysTwoDocuments) {
  const auto stage = [](const std::string& phase) {
    nlohmann::ordered_json document = {{"filePath", "a"}, {"status", "success"}, {"failureMessage", ""}};
    document["phases"] = nlohmann::ordered_json::array({{{"name", phase}}});
    return nlohmann::ordered_json::array({document, document});
  };
  const auto merged = merge_documents({stage("build"), stage("test")});
  ASSERT_EQ(merged.size(), 2U);
  EXPECT_EQ(merged[0]["phases"].size(), 2U);
  EXPECT_EQ(merged[1]["phases"].size(), 2U);
}

TEST(JsonReport, TheErrorMessageIsCutAt1024Characters_Service16) {
  TargetReport report;
  report.history.consume({1, 0, StepStarted{{}, "One", "ExecuteBash", 1, 1, -1}});
  std::string message;
  for (int i = 0; i < 2000; ++i)
    message += "é";
  report.history.consume({2, 0, StepFinished{{}, Status::failed, message, 1, 1}});
  report.summary.exit_status = ExitStatus::component_failed;
  EXPECT_EQ(json_report({&report})["failureContext"]["errorMessage"].get<std::string>(), message.substr(0, 2048));
}

TEST(JsonReport, OfSeveralTargetsShowsTheWorstAndSumsUp) {
  TargetReport good;
  TargetReport bad;
  for (TargetReport* report : {&good, &bad}) {
    report->history.begin_stage("");
    report->history.consume({1, 0, RunFinished{Status::success, {2, 0, 0, 1}, ""}});
  }
  good.summary.target = "docker:a";
  bad.summary.target = "docker:b";
  bad.summary.exit_status = ExitStatus::component_failed;
  const auto json = json_report({&good, &bad});
  EXPECT_EQ(json["status"], "failed");
  EXPECT_EQ(json["target"], "docker:b");
  EXPECT_EQ(json["executedStepCount"], 4);
  EXPECT_EQ(json["skippedStepCount"], 2);
  EXPECT_EQ(json["runs"][0]["status"], "success");
  EXPECT_EQ(json["runs"][1]["executedStepCount"], 2);
}

}  // namespace
}  // namespace ibtest
