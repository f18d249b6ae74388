#include "actions/checks/check_inputs.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace ibtest {
namespace {

constexpr std::array platforms = {Platform::linux_os};
constexpr std::array inputs = {
    InputField{.name = "delaySeconds", .type = InputType::integer, .default_value = "0", .description = ""},
};
const ActionModule module = {.name = "Sleep",
                             .summary = "",
                             .platforms = platforms,
                             .shape = InputShape::object,
                             .inputs_optional = true,
                             .inputs = inputs};

/// The findings about a step with these inputs.
std::vector<std::string> findings_for(const std::string& step_inputs) {
  const auto source = std::make_shared<const SourceText>("a.yml", step_inputs);
  Step step;
  const YamlResult yaml = parse_yaml(source);
  if (yaml.root) step.inputs = *yaml.root;
  Findings findings(*source);
  check_inputs(step, module, Platform::linux_os, findings);
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : findings.all())
    codes.push_back(diagnostic.code);
  return codes;
}

using Codes = std::vector<std::string>;

TEST(CheckInputs, TakesIntegersAndReferencesToThem_GEN_8_GEN_9) {
  EXPECT_EQ(findings_for("delaySeconds: 5"), Codes{});
  EXPECT_EQ(findings_for("delaySeconds: '-5'"), Codes{});
  EXPECT_EQ(findings_for("delaySeconds: '{{ Delay }}'"), Codes{});
  EXPECT_EQ(findings_for("delaySeconds: 1.5"), Codes{"input-not-integer"});
  EXPECT_EQ(findings_for("delaySeconds: '{{.Go}}'"), Codes{"input-not-integer"});
  EXPECT_EQ(findings_for("delaySeconds: [5]"), Codes{"input-not-text"});
}

TEST(CheckInputs, LetsSomeActionsDoWithoutInputs_GEN_3) {
  EXPECT_EQ(findings_for(""), Codes{});
  EXPECT_EQ(findings_for("{}"), Codes{});
  EXPECT_EQ(findings_for("delaySeconds:"), Codes{});
}

}  // namespace
}  // namespace ibtest
