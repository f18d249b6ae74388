#include "actions/checks/likely_platform.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "agent/document/document.hpp"

namespace ibtest {
namespace {

constexpr const char* bash = "{ name: Run, action: ExecuteBash, inputs: { commands: [ ls ] } }";
constexpr const char* power_shell = "{ name: Run, action: ExecutePowerShell, inputs: { commands: [ ls ] } }";
constexpr const char* drive = "{ name: Run, action: CreateFile, inputs: [ { path: 'c:/x' } ] }";
constexpr const char* file = "{ name: Run, action: CreateFile, inputs: [ { path: /x, content: 'http://a' } ] }";
constexpr const char* unknown = "{ name: Run, action: Nothing }";

class LikelyPlatform : public ::testing::TestWithParam<std::pair<std::vector<const char*>, Platform>> {};

TEST_P(LikelyPlatform, IsWhatMoreStepsNeed_STEP_5) {
  const auto& [steps, platform] = GetParam();
  std::string text = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n";
  for (const char* step : steps)
    text += "      - " + std::string(step) + "\n";
  const auto result = parse_document(std::make_shared<const SourceText>("a.yml", text));
  ASSERT_TRUE(result.document);
  EXPECT_EQ(likely_platform(*result.document), platform) << text;
}

INSTANTIATE_TEST_SUITE_P(Documents, LikelyPlatform,
                         ::testing::Values(std::pair{std::vector{bash}, Platform::linux_os},
                                           std::pair{std::vector{power_shell}, Platform::windows},
                                           std::pair{std::vector{power_shell, bash}, Platform::linux_os},
                                           std::pair{std::vector{power_shell, bash, drive}, Platform::windows},
                                           std::pair{std::vector{drive}, Platform::windows},
                                           std::pair{std::vector{file}, Platform::linux_os},
                                           std::pair{std::vector{unknown}, Platform::linux_os},
                                           std::pair{std::vector{unknown, power_shell}, Platform::windows}));

}  // namespace
}  // namespace ibtest
