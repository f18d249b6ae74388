// What references become while a run goes on: sections 2 and 3 of the language specification.
#include <gmock/gmock.h>

#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string two_files =
    "      - name: Files\n        action: CreateFile\n        inputs:\n"
    "          - { path: first.txt, content: one, overwrite: true }\n"
    "          - { path: second.txt, content: two }\n"
    "      - name: Read\n        action: ReadFile\n        inputs:\n"
    "          - path: '{{ build.Files.inputs.path }}'\n          - path: '{{ build.Files.inputs[1].path }}'\n";

TEST(Chaining, CountsFromZeroAndTakesTheFirstWithoutIndex_OUT_6_CHAIN_2) {
  TestRun test;
  test.steps(two_files +
             TestRun::bash_step("Use",
                                "echo '{{ build.Read.outputs.content }} {{ build.Read.outputs[0].content }} "
                                "{{ build.Read.outputs[1].content }}'") +
             TestRun::bash_step("UseOfOne", "echo '{{ build.Use.outputs[0].stdout }}'"));
  EXPECT_EQ(output_of(test.run()), "one one two\none one two\n");
}

TEST(Chaining, GivesTextsAndEverythingElseAsJson_CHAIN_9) {
  TestRun test;
  test.steps(two_files +
             "      - name: Run\n        action: ExecuteBinary\n        inputs:\n"
             "          path: echo\n          arguments: [a b, \"c\\\"d\", 5]\n" +
             TestRun::bash_step("Use",
                                "cat <<'END'\n{{ build.Files.inputs[0].overwrite }}\n"
                                "{{ build.Run.inputs.arguments }}\n{{ build.Run.inputs.arguments[2] }}\nEND"));
  EXPECT_EQ(output_of(test.run()), "a b c\"d 5\ntrue\n[\"a b\",\"c\\\"d\",\"5\"]\n5\n");
}

// A scalar that begins with the braces must be quoted; fixtures/documents/invalid/yaml-unquoted-reference.yml.
TEST(Chaining, StandsInPlainQuotedAndBlockScalars_CHAIN_4_CHAIN_13) {
  TestRun test;
  test.steps(TestRun::bash_step("Say", "echo echo; echo noise >&2") +
             "      - name: Use\n        action: ExecuteBash\n        inputs:\n          commands:\n"
             "            - echo plain {{ build.Say.outputs.stdout }}{{build.Say.outputs.stdout}}\n"
             "            - \"{{ build.Say.outputs.stdout }} quoted\"\n"
             "            - |\n              {{ build.Say.outputs.stdout }} block\n");
  EXPECT_EQ(output_of(test.run()), "echo\nplain echoecho\nquoted\nblock\n");
}

TEST(Chaining, HasNoStandardErrorOfAnyCommand_CHAIN_12_GOTCHA_10) {
  TestRun test;
  test.steps(
      TestRun::bash_step("Traced", "set -x; echo value") +
      "      - name: Binary\n        action: ExecuteBinary\n        inputs:\n"
      "          { path: bash, arguments: [ '-xc', 'echo of-binary' ] }\n" +
      TestRun::bash_step("Use", "echo '<{{ build.Traced.outputs.stdout }}> <{{ build.Binary.outputs.stdout }}>'"));
  EXPECT_THAT(output_of(test.run()), HasSubstr("<value> <of-binary>\n"));
  EXPECT_THAT(test.console(), HasSubstr("CmdExecution: Stderr: + echo value\n"));
}

TEST(Values, ArePastedIntoScriptsAsTheyAre_GOTCHA_22_VAR_9) {
  TestRun test;
  test.document("schemaVersion: 1.0\nparameters:\n  - Name: { type: string }\nphases:\n  - name: build\n    steps:\n" +
                TestRun::bash_step("Say", "echo {{ Name }}; echo ${Name-shell}"));
  test.job.documents.front().parameters = {{"Name", "two   words $((1+1)); echo 'more'"}};
  EXPECT_EQ(output_of(test.run()), "two words 2\nmore\nshell\n");
}

TEST(Values, OfAParameterNamedAsALoopAreNotThoseOfTheLoop_VAR_12) {
  TestRun test;
  test.document(
      "schemaVersion: 1.0\nparameters:\n  - loop: { type: string, default: parameter }\n"
      "  - item: { type: string, default: other }\nphases:\n  - name: build\n    steps:\n" +
      TestRun::bash_step("Each", "echo {{ loop }} {{ loop.value }} {{ item }} {{ item.value }}",
                         "loop: { name: item, forEach: [a, b] }"));
  EXPECT_EQ(output_of(test.run()), "parameter a other a\nparameter b other b\n");
}

// D-3 takes the rest of the rule back: no value is looked at again, so the order shows in the log only.
TEST(Values, AreReadOncePerAttemptChainsFirst_VAR_13_GEN_9) {
  TestRun test;
  test.document(
      "schemaVersion: 1.0\nparameters:\n  - Name: { type: string, default: given }\nphases:\n"
      "  - name: build\n    steps:\n" +
      TestRun::bash_step("Say", "echo chained") +
      TestRun::bash_step("Twice", "echo {{ build.Say.outputs.stdout }} {{ Name }} {{ context:uuid }} >> seen; exit 1",
                         "maxAttempts: 2"));
  test.run();
  const std::string log = read_file(test.log_folder() / "application.log");
  const auto chained = log.find(
      "Chaining: After unchaining, before resolving parameter inputs "
      "{\"commands\":[\"echo chained {{ Name }} {{ context:uuid }} >> seen");
  ASSERT_NE(chained, std::string::npos) << log;
  EXPECT_NE(log.find("Chaining: After parameter resolve inputs {\"commands\":[\"echo chained given ", chained),
            std::string::npos);
  const std::string seen = read_file(std::filesystem::path(test.job.working_directory) / "seen");
  const auto second = seen.find('\n') + 1;
  EXPECT_THAT(seen.substr(second), testing::StartsWith("chained given "));
  EXPECT_NE(seen.substr(0, second), seen.substr(second)) << "the second attempt has a value of its own";
}

TEST(LoopVariables, AreForInputsAndTheStepIsOne_LOOP_10) {
  TestRun test;
  test.steps(TestRun::bash_step("Each", "echo {{ loop.value }}",
                                "timeoutSeconds: 60\n        maxAttempts: 3\n        loop: { forEach: [a, b] }"));
  EXPECT_EQ(output_of(test.run()), "a\nb\n");
  const auto steps = test.results()["documents"][0]["phases"][0]["steps"];
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0]["timeoutSeconds"], 60);
  EXPECT_EQ(steps[0]["inputs"], R"([{"commands":["echo {{ loop.value }}\n"]}])");
}

}  // namespace
}  // namespace ibtest::test
