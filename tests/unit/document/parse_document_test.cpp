#include <set>
#include <variant>

#include <gtest/gtest.h>

#include "agent/document/diagnostic_codes.hpp"
#include "agent/document/document.hpp"
#include "source_test.hpp"

namespace ibtest {
namespace {

using testing::codes;
using testing::source;

Document document(const std::string& text) {
  DocumentResult result = parse_document(source(text));
  EXPECT_FALSE(has_errors(result.diagnostics)) << result.diagnostics.front().message;
  return result.document.value_or(Document{});
}

constexpr const char* full = R"(name: install
description: Banner tool
schemaVersion: 1.0
parameters:
  - Text: { type: string, default: hello, description: What, allowedValues: [hello, 5] }
  - Open: { type: string }
constants:
  - Version: { type: string, value: 1.10 }
disableLogging: true
phases:
  - name: build
    disableLogging: true
    steps:
      - name: First
        action: ExecuteBash
        timeoutSeconds: -1
        maxAttempts: +3
        onFailure: Continue
        disableLogging: True
        inputs: { commands: [ls] }
      - name: Counting
        action: ExecuteBash
        onFailure: Ignore
        loop: { name: port, for: { start: 5, end: -5, updateBy: -2 } }
      - name: Listing
        action: ExecuteBash
        loop: { forEach: [a, "{{ Text }}"] }
        if:
          and:
            - stringEquals: prod
              value: "{{ Text }}"
            - not: [ { fileExists: /x } ]
          then: Abort
          else: Execute
      - name: Splitting
        action: ExecuteBash
        loop: { forEach: { list: "a b", delimiter: " " } }
        if: [ { fileMD5Equals: abc, path: /x } ]
  - name: test
    steps: []
)";

TEST(ParseDocument, ReadsEveryField) {
  const Document parsed = document(full);
  EXPECT_EQ(parsed.name, "install");
  EXPECT_EQ(parsed.description, "Banner tool");
  EXPECT_TRUE(parsed.disable_logging);
  const Parameter* text = parsed.find_parameter("Text");
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(text->default_value, "hello");
  EXPECT_EQ(text->description, "What");
  EXPECT_EQ(text->allowed_values, (std::vector<std::string>{"hello", "5"}));
  EXPECT_EQ(text->name.range.begin.line, 5U);
  EXPECT_FALSE(parsed.find_parameter("Open")->default_value);
  EXPECT_EQ(parsed.find_parameter("text"), nullptr);
  EXPECT_EQ(parsed.find_constant("Version")->value, "1.10");  // STEP-8
  ASSERT_NE(parsed.find_phase("build"), nullptr);
  EXPECT_TRUE(parsed.find_phase("build")->disable_logging);
  EXPECT_EQ(parsed.find_phase("validate"), nullptr);
  EXPECT_TRUE(parsed.find_phase("test")->steps.empty());
  const Step& first = parsed.find_phase("build")->steps.at(0);
  EXPECT_EQ(first.name.value, "First");
  EXPECT_EQ(first.action.value, "ExecuteBash");
  EXPECT_EQ(first.timeout_seconds, -1);
  EXPECT_EQ(first.max_attempts, 3);
  EXPECT_EQ(first.on_failure, OnFailure::keep_going);
  EXPECT_TRUE(first.disable_logging);
  ASSERT_TRUE(first.inputs);
  EXPECT_EQ(first.inputs->find("commands")->items.at(0).text, "ls");
}

TEST(ParseDocument, LeavesAbsentFieldsToTheirDefaults) {
  const Document whole = document(full);
  const Step& step = whole.find_phase("build")->steps.at(2);
  EXPECT_FALSE(step.timeout_seconds);
  EXPECT_FALSE(step.max_attempts);
  EXPECT_EQ(step.on_failure, OnFailure::abort);
  EXPECT_FALSE(step.disable_logging);
  EXPECT_FALSE(step.inputs);
}

TEST(ParseDocument, ReadsLoops_LOOP_F) {
  const Document parsed = document(full);
  const auto& steps = parsed.find_phase("build")->steps;
  EXPECT_EQ(steps[1].on_failure, OnFailure::ignore);
  EXPECT_EQ(steps[1].loop->name, "port");
  const auto& counting = std::get<ForLoop>(steps[1].loop->kind);
  EXPECT_EQ(counting.start, 5);
  EXPECT_EQ(counting.end, -5);
  EXPECT_EQ(counting.update_by, -2);
  const auto& listing = std::get<ForEachLoop>(steps[2].loop->kind);
  ASSERT_EQ(listing.items.size(), 2U);
  EXPECT_EQ(listing.items[1].text, "{{ Text }}");
  EXPECT_FALSE(listing.list);
  const auto& splitting = std::get<ForEachLoop>(steps[3].loop->kind);
  EXPECT_EQ(splitting.list->text, "a b");
  EXPECT_EQ(splitting.delimiter, " ");
}

TEST(ParseDocument, ReadsConditions_COND_1_COND_2) {
  const Document parsed = document(full);
  const auto& steps = parsed.find_phase("build")->steps;
  const StepCondition& logic = *steps[2].condition;
  EXPECT_EQ(logic.then, ConditionOutcome::abort);
  EXPECT_EQ(logic.otherwise, ConditionOutcome::execute);
  EXPECT_EQ(logic.condition.operator_name, "and");
  ASSERT_EQ(logic.condition.operands.size(), 2U);
  EXPECT_EQ(logic.condition.operands[0].operand->text, "prod");
  EXPECT_EQ(logic.condition.operands[0].second->text, "{{ Text }}");
  EXPECT_EQ(logic.condition.operands[1].operands.at(0).operator_name, "fileExists");
  const StepCondition& hash = *steps[3].condition;
  EXPECT_EQ(hash.then, ConditionOutcome::execute);
  EXPECT_EQ(hash.otherwise, ConditionOutcome::skip);
  EXPECT_EQ(hash.condition.second->text, "/x");
}

TEST(ParseDocument, ReportsEverythingAtOnce) {
  const DocumentResult result = parse_document(
      source("schemaVersion: 2\nphase: []\nparameters: [x]\nphases:\n  - name: a b\n    steps:\n      - { nme: x }\n"));
  EXPECT_EQ(codes(result.diagnostics),
            (std::vector<std::string>{"schema-version", "unknown-key", "wrong-type", "invalid-name",
                                      "no-standard-phase", "missing-key", "unknown-key", "invalid-name"}));
  EXPECT_TRUE(result.document);
}

TEST(ParseDocument, ReadsOnBelowMisspeltKeys) {
  const DocumentResult result = parse_document(
      source("schemaversion: 1.0\nphase:\n  - Name: build\n    step:\n      - { nme: One, Action: UpdateOS }\n"
             "      - { name: One, action: UpdateOS }\n"));
  EXPECT_EQ(codes(result.diagnostics),
            (std::vector<std::string>{"unknown-key", "unknown-key", "unknown-key", "unknown-key", "unknown-key",
                                      "unknown-key", "duplicate-step"}));
}

TEST(ParseDocument, KnowsTheNamesOfMisshapenDeclarations_VAR_1) {
  for (const char* parameters : {"{ Abc: { type: string, default: x } }", "[ { name: Abc, type: string, default: x } ]",
                                 "[ { Abc: , type: string, default: x } ]", "[ { Abc: x } ]"}) {
    const DocumentResult result =
        parse_document(source("schemaVersion: 1.0\nparameters: " + std::string(parameters) +
                              "\nphases: [ { name: build, steps: [ { name: One, action: UpdateOS } ] } ]\n"));
    EXPECT_EQ(codes(result.diagnostics), (std::vector<std::string>{"wrong-type"})) << parameters;
    ASSERT_TRUE(result.document) << parameters;
    EXPECT_NE(result.document->find_parameter("Abc"), nullptr) << parameters;
  }
}

TEST(ParseDocument, GivesNoDocumentForWhatIsNoMapping) {
  EXPECT_FALSE(parse_document(source("- a\n")).document);
  EXPECT_FALSE(parse_document(source("a: [\n")).document);
}

TEST(DiagnosticCodes, AreUniqueAndWellFormed) {
  std::set<std::string_view> names;
  for (const DiagnosticCode& code : diagnostic_codes) {
    EXPECT_TRUE(names.insert(code.name).second) << code.name;
    EXPECT_EQ(code.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos);
    EXPECT_NE(code.rule.find('-'), std::string_view::npos) << code.name;
  }
}

}  // namespace
}  // namespace ibtest
