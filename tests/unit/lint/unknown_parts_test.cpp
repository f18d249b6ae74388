#include "runner/lint/unknown_parts.hpp"

#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

using testing::codes;
using testing::lint_text;
using testing::text_of;
using testing::with_steps;

/// A template with the document behind Sub; `${Text}` is not known.
LintedFile lint_sub(const std::string& document) {
  std::string text =
      "Parameters: { Text: { Type: String } }\nResources:\n  A:\n    Type: AWS::ImageBuilder::Component\n"
      "    Properties:\n      Data: !Sub |\n";
  for (std::size_t start = 0; start < document.size();) {
    const std::size_t end = std::min(document.find('\n', start), document.size());
    text += "        " + document.substr(start, end - start) + "\n";
    start = end + 1;
  }
  return lint_text("t.yml", text);
}

std::string bash(const std::string& rest) {
  return with_steps("      - name: Install\n        action: ExecuteBash\n" + rest);
}

TEST(UnknownParts, MayBeAnythingThatMakesTheDocumentRight) {
  const std::string ls = "        inputs: { commands: [ ls ] }\n";
  const std::vector<std::string> documents = {
      "${Text}\n",
      "${Text}\nphases:\n  - name: build\n    steps: []\n",
      "schemaVersion: 1.0\nphases:\n${Text}\n",
      "schemaVersion: 1.0\nphases:\n  ${Text}\n",
      "schemaVersion: 1.0\nphases: ${Text}\n",
      "{ schemaVersion: 1.0, phases: [ ${Text} ] }\n",
      "{ schemaVersion: 1.0, ${Text} }\n",
      with_steps("      ${Text}\n"),
      with_steps("      - ${Text}\n"),
      with_steps("      ${Text}\n        action: ExecuteBash\n" + ls),
      with_steps("      - name: Install\n      ${Text}\n          commands: [ ls ]\n"),
      "schemaVersion: 1.0\nparameters:\n  ${Text}\nphases:\n  - name: build\n    steps:\n" +
          std::string(
              "      - name: Install\n        action: ExecuteBash\n        inputs: { commands: [ '{{ Xyz }}' ] }\n"),
      bash("        inputs:\n          ${Text}\n"),
      bash("        inputs:\n          commands:\n            ${Text}\n"),
      bash("        inputs:\n          commands: ${Text}\n"),
      bash("        inputs:\n          commands:\n            -\n              ${Text}\n"),
      bash("        loop:\n          ${Text}\n        if:\n          ${Text}\n        inputs: { commands: [ '{{ "
           "loop.value }}' ] }\n"),
      bash("        loop: { name: port, forEach: [ \"${Text}\", a ] }\n        inputs: { commands: [ '{{ port.value "
           "}}' ] }\n"),
      bash(
          "        inputs:\n          commands:\n            - >\n              a\n              ${Text}\n            "
          "- \"x\n"
          "              ${Text}\n              y\"\n            - plain\n              ${Text}\n              more\n"),
      with_steps("      - name: Ask\n        action: ExecutePowerShell\n        inputs:\n          commands:\n"
                 "            - |\n              if ($true) {\n              ${Text}\n"),
      with_steps("      - name: Write\n        action: CreateFile\n        inputs:\n          - ${Text}\n          - "
                 "path: /x\n"
                 "            ${Text}\n"),
      with_steps(
          "      - { name: First, action: ExecuteBash, inputs: ${Text} }\n"
          "      - { name: Then, action: ExecuteBash, inputs: { commands: [ '{{ build.First.inputs.x }}' ] } }\n"),
      with_steps(
          "      - { name: Check, action: Assert, inputs: { stringEquals: \"${Text}\", value: \"${Text}\" } }\n"
          "      - { name: Load, action: WebDownload, inputs: [ { source: \"https://${Text}/x\", destination: "
          "\"/${Text}\", checksum: \"${Text}\", algorithm: \"${Text}\" } ] }\n"
          "      - { name: Call, action: ExecuteBinary, inputs: { path: \"${Text}\", arguments: [ \"${Text}\" ] } }\n"
          "      - { name: Boot, action: Reboot, inputs: { delaySeconds: \"${Text}\" } }\n"),
  };
  for (const std::string& document : documents) {
    const LintedFile file = lint_sub(document);
    EXPECT_EQ(text_of(file), "") << document;
  }
}

TEST(UnknownParts, LeaveTheRestToBeChecked) {
  using Codes = std::vector<std::string>;
  EXPECT_EQ(
      codes(lint_sub(with_steps("      - name: Install${Text}\n        action: ExecuteBsh\n        tmeout: 3\n"))),
      (Codes{"unknown-action", "unknown-key"}));
  EXPECT_EQ(
      codes(lint_sub(bash("        timeoutSeconds: ${Text}\n        inputs:\n          commands:\n            - |\n"
                          "              ${Text}\n              echo {{ Nope }}\n"))),
      (Codes{"undeclared-reference"}));
  EXPECT_EQ(codes(lint_sub(bash("        timeoutSeconds: ${Text}\n"))), (Codes{"missing-inputs"}));
  EXPECT_EQ(codes(lint_sub("schemaVersion: 1.0\nname: 'a ${Text}\nphases: []\n")), (Codes{"unterminated-quote"}));
  EXPECT_EQ(codes(lint_sub("schemaVersion: 1.0\nphases:\n  ${Text}\nphses: []\n")), (Codes{"unknown-key"}));
}

}  // namespace
}  // namespace ibtest
