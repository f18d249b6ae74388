#include "actions/checks/check_parameters.hpp"

#include <gtest/gtest.h>

#include "actions/checks/check_document.hpp"

namespace ibtest {
namespace {

DocumentResult loaded() {
  return load_document(std::make_shared<const SourceText>("a.yml", R"(schemaVersion: 1.0
parameters:
  - Stage: { type: string, allowedValues: [dev, prod] }
  - Free: { type: string }
constants:
  - Fixed: { type: string, value: x }
phases:
  - name: build
    steps:
      - { name: Run, action: ExecuteBash, inputs: { commands: [ "echo {{ Stage }} {{ Free }} {{ Fixed }}" ] } }
)"));
}

TEST(CheckParameters, RefusesValuesThatAreNotAllowed_VAR_4) {
  const auto document = *loaded().document;
  EXPECT_TRUE(check_parameters(document, {{"Stage", "dev"}, {"Free", "anything"}, {"Other", "x"}}).empty());
  const auto found = check_parameters(document, {{"Stage", "prd"}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().code, "value-not-allowed");
  EXPECT_EQ(found.front().range.begin.line, 3U);
  EXPECT_EQ(found.front().suggestion, "did you mean `prod`?");
}

TEST(CheckParameters, RefusesValuesForConstants_VAR_5_D_17) {
  const auto found = check_parameters(*loaded().document, {{"Fixed", "x"}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().code, "constant-override");
  EXPECT_EQ(found.front().range.begin.line, 6U);
}

TEST(CheckParameters, SettlesTheWarningOfAParameterWithoutDefault_VAR_15) {
  auto result = loaded();
  ASSERT_EQ(result.diagnostics.size(), 2U);
  drop_settled_warnings(result.diagnostics, *result.document, {{"Free", ""}});
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_NE(result.diagnostics.front().message.find("`Stage`"), std::string::npos);
}

}  // namespace
}  // namespace ibtest
