// The event stream of whole runs against files: fixtures/agent/<case>/ holds the documents, optionally a job.json
// ({"phases": [...], "parameters": {...}}), and events.jsonl. A new case is a new folder; IBTEST_ACCEPT=1 writes the
// expected files.
#include <cstdlib>
#include <fstream>
#include <regex>

#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(IBTEST_FIXTURES "/agent")) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

// Times, random names and temporary paths are not part of what is compared.
std::string normalised(const Event& event, const TestRun& test) {
  Event timeless = event;
  timeless.time_ns = 0;
  if (auto* const step = std::get_if<StepFinished>(&timeless.body)) step->duration_ms = 0;
  std::string line = encode(timeless);
  for (const auto& [pattern, replacement] :
       std::vector<std::pair<std::string, std::string>>{{test.folder.path().string(), "FOLDER"},
                                                        {test.job.execution_id, "EXECUTION"},
                                                        {"AWSTOE[0-9]+", "AWSTOE1"},
                                                        {"script-[0-9]+", "script-2"},
                                                        {"TOE_[0-9_-]+_UTC", "TOE_TIME_UTC"},
                                                        {"\"version\":\"[^\"]*\"", "\"version\":\"VERSION\""},
                                                        {"\"machine\":\"[^\"]*\"", "\"machine\":\"MACHINE\""}}) {
    line = std::regex_replace(line, std::regex(pattern), replacement);
  }
  return line + "\n";
}

class GoldenRun : public testing::TestWithParam<std::string> {};

TEST_P(GoldenRun, HasTheExpectedEvents) {
  const std::filesystem::path fixture = std::filesystem::path(IBTEST_FIXTURES "/agent") / GetParam();
  TestRun test;
  std::vector<std::filesystem::path> documents;
  for (const auto& entry : std::filesystem::directory_iterator(fixture)) {
    if (entry.path().extension() == ".yml") documents.push_back(entry.path());
  }
  std::ranges::sort(documents);
  for (const auto& document : documents)
    test.document(read_file(document), document.filename().string());
  if (std::filesystem::exists(fixture / "job.json")) {
    const auto settings = nlohmann::json::parse(read_file(fixture / "job.json"));
    test.job.phases = settings.value("phases", test.job.phases);
    for (JobDocument& document : test.job.documents) {
      document.parameters = settings.value("parameters", document.parameters);
    }
  }
  std::string actual;
  for (const Event& event : test.run())
    actual += normalised(event, test);
  if (std::getenv("IBTEST_ACCEPT") != nullptr) std::ofstream(fixture / "events.jsonl", std::ios::binary) << actual;
  EXPECT_EQ(actual, read_file(fixture / "events.jsonl"));
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenRun, testing::ValuesIn(cases()), [](const auto& tested) {
  return std::regex_replace(tested.param, std::regex("[^A-Za-z0-9]"), "_");
});

}  // namespace
}  // namespace ibtest::test
