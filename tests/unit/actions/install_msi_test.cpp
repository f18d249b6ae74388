// InstallMSI and UninstallMSI: what can be proved of them elsewhere than on Windows;
// fixtures/documents/*/windows-msi.yml has the rest.
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

TEST(Msi, HasTheKeysAndDefaultsOfTheGuide_INSTALLMSI_3_INSTALLMSI_4_INSTALLMSI_7) {
  for (const auto* module : {&modules::install_msi, &modules::uninstall_msi}) {
    const auto decoded = decode(*module, R"({"path":"a.msi"})");
    ASSERT_TRUE(decoded.inputs) << decoded.error;
    EXPECT_EQ(decoded.inputs->to_json().dump(),
              R"([{"path":"a.msi","reboot":"Allow","logOptions":"*VX","logFile":"","properties":null,)"
              R"("ignoreAuthenticodeSignatureErrors":false,"allowUnsignedInstaller":false}])");
    EXPECT_THAT(module->platforms, testing::ElementsAre(Platform::windows));
    EXPECT_EQ(module->shape, InputShape::object);
    EXPECT_THAT(module->outputs, testing::ElementsAre("logFile", "msiExitCode", "stdout"));
    EXPECT_EQ(module->run, nullptr);
    EXPECT_EQ(decode(*module, R"({"reboot":"Skip"})").error, std::string(module->name) + ": path is missing");
  }
}

TEST(Msi, RebootsAsToldTo_INSTALLMSI_9) {
  for (const auto* value : {"Allow", "Force", "Skip"}) {
    EXPECT_TRUE(decode(modules::install_msi, Json({{"path", "a"}, {"reboot", value}}).dump()).inputs) << value;
  }
  EXPECT_EQ(decode(modules::install_msi, R"({"path":"a","reboot":"Never"})").error,
            "InstallMSI: reboot `Never` is unknown, expected one of Allow, Force, Skip");
}

TEST(Msi, TakesMappingsOfTexts_INSTALLMSI_6) {
  const auto decoded = decode(modules::install_msi, R"({"path":"a.msi","properties":{"B":"\"x y\"","A":1,"C":null}})");
  ASSERT_TRUE(decoded.inputs) << decoded.error;
  EXPECT_THAT(decoded.inputs->object().map("properties"),
              testing::ElementsAre(testing::Pair("A", "1"), testing::Pair("B", "\"x y\""), testing::Pair("C", "")));
  EXPECT_EQ(decoded.inputs->to_json()[0]["properties"]["A"], "1");
  const auto without = decode(modules::uninstall_msi, R"({"path":"a.msi"})");
  EXPECT_TRUE(without.inputs->object().map("properties").empty());
  EXPECT_TRUE(without.inputs->to_json()[0]["properties"].is_null());
  EXPECT_EQ(without.inputs->object().text("logOptions"), "*VX");
  EXPECT_EQ(decode(modules::install_msi, R"({"path":"a.msi","properties":["x"]})").error,
            "InstallMSI: properties must be a mapping of texts, not a list");
  EXPECT_EQ(decode(modules::install_msi, R"({"path":"a.msi","properties":{"X":["x"]}})").error,
            "InstallMSI: properties.X must be a text, not a list");
}

}  // namespace
}  // namespace ibtest
