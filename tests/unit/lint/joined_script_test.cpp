#include "runner/lint/joined_script.hpp"

#include <memory>

#include <gmock/gmock.h>

#include "agent/document/document.hpp"
#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

using ::testing::ElementsAre;

struct ReadDocument {
  std::shared_ptr<const SourceText> source;
  Document document;
};

ReadDocument read(const std::string& steps) {
  auto source = std::make_shared<const SourceText>("a.yml", testing::with_steps(steps));
  DocumentResult result = parse_document(source);
  EXPECT_TRUE(result.document);
  return {source, std::move(*result.document)};
}

std::vector<std::string> texts(const std::string& steps) {
  const ReadDocument read_document = read(steps);
  std::vector<std::string> result;
  for (const JoinedScript& script : joined_scripts(read_document.document))
    result.push_back(script.text());
  return result;
}

TEST(JoinedScripts, AreTheCommandsOfAStepTogether_GOTCHA_1) {
  EXPECT_THAT(texts("      - name: A\n        action: ExecuteBash\n        inputs:\n          commands:\n"
                    "            - cd /tmp\n            - |\n              ls\n              pwd\n            - 5\n"
                    "            - ~\n"
                    "      - { name: B, action: ExecuteBash, inputs: { commands: [ 'b' ] } }\n"),
              ElementsAre("cd /tmp\nls\npwd\n\n5\n\n", "b\n"));
}

TEST(JoinedScripts, AreThoseOfBashAlone) {
  EXPECT_THAT(texts("      - { name: A, action: ExecutePowerShell, inputs: { commands: [ 'a' ] } }\n"
                    "      - { name: B, action: ExecuteBinary, inputs: { path: /bin/ls } }\n"
                    "      - { name: C, action: ExecuteBash, inputs: { commands: [] } }\n"
                    "      - { name: D, action: ExecuteBash, inputs: { commands: [ '', ' ' ] } }\n"
                    "      - { name: E, action: ExecuteBash, inputs: { commands: text } }\n"
                    "      - { name: F, action: ExecuteBash, inputs: { commands: [ { a: b } ] } }\n"
                    "      - { name: G, action: ExecuteBash, inputs: [ a ] }\n"
                    "      - { name: H, action: ExecuteBash }\n"),
              ElementsAre());
}

TEST(JoinedScripts, HaveWordsOfTheSameLengthForReferences_VAR_7) {
  EXPECT_THAT(texts("      - name: A\n        action: ExecuteBash\n        inputs:\n          commands:\n"
                    "            - echo {{ Name }} {{build.A.outputs.stdout}} {{ loop.value }}\n"
                    "            - docker ps --format '{{.Names}}'\n"),
              ElementsAre("echo XXXXXXXXXX XXXXXXXXXXXXXXXXXXXXXXXXXX XXXXXXXXXXXXXXXX\n"
                          "docker ps --format '{{.Names}}'\n"));
}

TEST(JoinedScripts, KnowWhereTheirTextStands) {
  const ReadDocument document = read(
      "      - name: A\n        action: ExecuteBash\n        inputs:\n          commands:\n"
      "            - 'it''s $a'\n            - |\n              \u00e9 $b\n              $c\n");
  const JoinedScript script = joined_scripts(document.document).at(0);
  const auto place = [&](std::string_view part) {
    const std::size_t begin = script.text().find(part);
    const SourceRange range = script.place(begin, begin + part.size());
    return std::vector<std::size_t>{range.begin.line, range.begin.column, range.end.line, range.end.column};
  };
  EXPECT_THAT(place("$a"), ElementsAre(9, 22, 9, 24));
  EXPECT_THAT(place("$b"), ElementsAre(11, 17, 11, 19));
  EXPECT_THAT(place("$c"), ElementsAre(12, 15, 12, 17));
  EXPECT_THAT(place("$b\n$c"), ElementsAre(11, 17, 12, 17));
  // Behind the end, as where something is missing.
  const std::size_t size = script.text().size();
  EXPECT_EQ(script.place(size, size).begin.line, 12U);
  EXPECT_EQ(script.place(size + 9, size + 9).begin.line, 12U);
}

TEST(JoinedScripts, KnowWhatReferencesTouch) {
  const ReadDocument document =
      read("      - { name: A, action: ExecuteBash, inputs: { commands: [ 'a', 'b {{ C }} d', 'e' ] } }\n");
  const JoinedScript script = joined_scripts(document.document).at(0);
  ASSERT_EQ(script.text(), "a\nb XXXXXXX d\ne\n");
  EXPECT_TRUE(script.is_reference(4, 11));
  EXPECT_TRUE(script.is_reference(5, 6));
  EXPECT_FALSE(script.is_reference(2, 11));
  EXPECT_FALSE(script.is_reference(11, 11));
  EXPECT_TRUE(script.has_reference_beside(2, 3));
  EXPECT_TRUE(script.has_reference_beside(12, 13));
  EXPECT_FALSE(script.has_reference_beside(0, 1));
  EXPECT_FALSE(script.has_reference_beside(14, 15));
}

}  // namespace
}  // namespace ibtest
