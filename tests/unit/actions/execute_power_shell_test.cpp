// What can be proved of it elsewhere than on Windows; fixtures/documents/*/windows-power-shell.yml has the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/inputs/decode_inputs.hpp"
#include "actions/modules.hpp"

namespace ibtest {
namespace {

using Json = nlohmann::ordered_json;

DecodedInputs decode(const ActionModule& module, std::string_view json) {
  return ActionInputsDecoder::decode(module, Json::parse(json));
}

TEST(ExecutePowerShell, TakesExactlyOneOfSome_EXECUTEPOWERSHELL_1) {
  const auto& module = modules::execute_power_shell;
  EXPECT_EQ(decode(module, R"({"file":"a.ps1"})").inputs->object().text("file"), "a.ps1");
  EXPECT_THAT(decode(module, R"({"commands":["dir"]})").inputs->object().list("commands"), testing::ElementsAre("dir"));
  const std::string wrong_number = "ExecutePowerShell: exactly one of commands and file must be given";
  EXPECT_EQ(decode(module, R"({"commands":["dir"],"file":"a.ps1"})").error, wrong_number);
  EXPECT_EQ(decode(module, R"({"other":"x"})").error, wrong_number);
  EXPECT_EQ(decode(module, R"({"commands":[]})").error, "ExecutePowerShell: commands is empty");
  EXPECT_EQ(decode(module, R"({"file":""})").error, "ExecutePowerShell: file is empty");
}

TEST(ExecutePowerShell, IsAnObjectForWindowsWithOneOutput_EXECUTEPOWERSHELL_1_GEN_14) {
  const auto& module = modules::execute_power_shell;
  EXPECT_THAT(module.platforms, testing::ElementsAre(Platform::windows));
  EXPECT_EQ(module.shape, InputShape::object);
  EXPECT_THAT(module.outputs, testing::ElementsAre("stdout"));
  EXPECT_EQ(module.run, nullptr);
}

}  // namespace
}  // namespace ibtest
