// What can be proved of it elsewhere than on Windows; fixtures/documents/*/windows-registry.yml has the rest.
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

TEST(SetRegistry, IsAListForWindows_GEN_14) {
  const auto& module = modules::set_registry;
  EXPECT_THAT(module.platforms, testing::ElementsAre(Platform::windows));
  EXPECT_EQ(module.shape, InputShape::list);
  EXPECT_TRUE(module.outputs.empty());
  EXPECT_EQ(module.run, nullptr);
}

TEST(SetRegistry, TakesTextsOrLists_SETREGISTRY_3) {
  const auto decoded = decode(modules::set_registry, R"([{"path":"HKLM:\\x","name":"a","value":1,"type":"DWORD"},
                                                         {"path":"HKLM:\\x","name":"a","value":["a","b"],"type":"MULTI_SZ"}])");
  ASSERT_TRUE(decoded.inputs) << decoded.error;
  EXPECT_EQ(decoded.inputs->items()[0].text("value"), "1");
  EXPECT_THAT(decoded.inputs->items()[1].list("value"), testing::ElementsAre("a", "b"));
  EXPECT_EQ(decode(modules::set_registry, R"([{"path":"x","name":"a","value":"1","type":"dword"}])").error,
            "SetRegistry: inputs[0]: type `dword` is unknown, expected one of BINARY, DWORD, QWORD, SZ, EXPAND_SZ, "
            "MULTI_SZ")
      << "exact upper case";
}

}  // namespace
}  // namespace ibtest
