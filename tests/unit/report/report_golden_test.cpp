#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runner/report/awstoe_summary.hpp"
#include "runner/report/junit_report.hpp"
#include "tests/unit/report/report_case.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;

const fs::path cases_folder = fs::path(IBTEST_FIXTURES) / "report";

/// Escape characters in a form that an editor shows.
std::string visible(std::string text) {
  std::string result;
  for (const char c : text)
    result += c == '\x1b' ? std::string("<ESC>") : std::string(1, c);
  return result;
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(cases_folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// One event stream, every report of it.
class ReportGolden : public testing::TestWithParam<std::string> {
 protected:
  ReportGolden() { ::setenv("TZ", "UTC", 1); }

  void expect_golden(const std::string& file, const std::string& actual) const {
    const fs::path path = cases_folder / GetParam() / file;
    if (std::getenv("IBTEST_ACCEPT") != nullptr) std::ofstream(path, std::ios::binary) << actual;
    EXPECT_EQ(read_file(path), actual) << path;
  }

  const ReportCase case_{cases_folder / GetParam()};
};

TEST_P(ReportGolden, PlainConsoleHasNoControlSequence) {
  const std::string output = case_.console_output({});
  EXPECT_EQ(output.find_first_of("\x1b\r\b"), std::string::npos);
  expect_golden("plain.txt", output);
}

TEST_P(ReportGolden, VerboseConsole) {
  ConsoleOptions options;
  options.verbosity = Verbosity::verbose;
  expect_golden("verbose.txt", case_.console_output(options));
}

TEST_P(ReportGolden, QuietConsole) {
  ConsoleOptions options;
  options.verbosity = Verbosity::quiet;
  expect_golden("quiet.txt", case_.console_output(options));
}

TEST_P(ReportGolden, TerminalConsole) {
  ConsoleOptions options;
  options.terminal = true;
  options.color = true;
  options.terminal_width = [] { return std::size_t{90}; };
  expect_golden("terminal.txt", visible(case_.console_output(options)));
}

TEST_P(ReportGolden, NarrowTerminalWithoutColoursOrUnicode) {
  ConsoleOptions options;
  options.terminal = true;
  options.ascii = true;
  options.terminal_width = [] { return std::size_t{50}; };
  expect_golden("narrow.txt", visible(case_.console_output(options)));
}

TEST_P(ReportGolden, Json) {
  TargetReport report;
  case_.fill(report);
  expect_golden("report.json", json_text(json_report({&report})));
}

// Keys, their order and the indent; CLI-10: with the counts of current versions.
TEST_P(ReportGolden, AwstoeSummary_CLI_8_CLI_9_CLI_10) {
  TargetReport report;
  case_.fill(report);
  expect_golden("awstoe.json", json_text(awstoe_summary(report)));
}

TEST_P(ReportGolden, Junit) {
  TargetReport report;
  case_.fill(report);
  expect_golden("junit.xml", junit_report({&report}));
}

INSTANTIATE_TEST_SUITE_P(Cases, ReportGolden, testing::ValuesIn(case_names()), [](const auto& parameter) {
  std::string name = parameter.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(AwstoeSummary, SaysWhereTheLogsWereStored_CLI_9) {
  TargetReport report;
  report.summary.log_directory = "/logs/TOE";
  EXPECT_EQ(awstoe_summary(report)["logUrl"], "/logs/TOE");
  report.summary.log_url = "s3://bucket/TOE";
  EXPECT_EQ(awstoe_summary(report)["logUrl"], "s3://bucket/TOE");
}

TEST(AwstoeSummary, HasTheSameKeysWhereNothingRan_CLI_12) {
  const auto failure = awstoe_failure("an-id", "a.yml: No such file");
  std::string keys;
  for (const auto& [key, value] : failure.items())
    keys += key + " ";
  EXPECT_EQ(keys,
            "executionId status failedStepCount executedStepCount ignoredFailedStepCount skippedStepCount "
            "failureMessage logUrl ");
  EXPECT_EQ(failure["executionId"], "an-id");
  EXPECT_EQ(failure["status"], "failed");
  EXPECT_EQ(failure["executedStepCount"], 0);
  EXPECT_EQ(failure["failureMessage"], "a.yml: No such file");
  EXPECT_EQ(awstoe_failure("", "x")["executionId"].get<std::string>().size(), 36U);
}

}  // namespace
}  // namespace ibtest
