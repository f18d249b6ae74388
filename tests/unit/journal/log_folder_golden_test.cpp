#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/journal/log_folder.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;

/// One folder of fixtures/log-folder: events.jsonl and record.json go in, the four files must come out. IBTEST_ACCEPT
/// in the environment has the expected files rewritten.
class LogFolderGolden : public testing::TestWithParam<fs::path> {};

TEST_P(LogFolderGolden, WritesTheExpectedFiles) {
  setenv("TZ", "UTC0", 1);
  const fs::path fixture = GetParam();
  const TemporaryFolder temporary;
  const auto folder = LogFolder::create(temporary.path(), 1653485642301234567, "3699d6f5-dc33-11ec-9989-00224820200b");
  EXPECT_EQ(folder->path().filename(), "TOE_2022-05-25_13-34-02_UTC-0_3699d6f5-dc33-11ec-9989-00224820200b");
  std::ifstream events(fixture / "events.jsonl");
  for (std::string line; std::getline(events, line);)
    folder->consume(decode_event(line));
  folder->write_results(nlohmann::json::parse(read_file(fixture / "record.json")).get<RunRecord>());
  EXPECT_EQ(folder->write_error(), "");

  for (const auto* name : {"console.log", "application.log", "detailedoutput.json", "chaining.json"}) {
    const auto actual = read_file(folder->path() / name);
    if (std::getenv("IBTEST_ACCEPT") != nullptr) std::ofstream(fixture / name, std::ios::binary) << actual;
    EXPECT_EQ(actual, read_file(fixture / name)) << name;
  }
}

std::vector<fs::path> fixtures() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(fs::path(IBTEST_FIXTURES) / "log-folder"))
    folders.push_back(entry);
  std::ranges::sort(folders);
  return folders;
}

INSTANTIATE_TEST_SUITE_P(Fixtures, LogFolderGolden, testing::ValuesIn(fixtures()), [](const auto& test) {
  auto name = test.param.filename().string();
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace ibtest
