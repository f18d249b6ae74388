#include <ctime>
#include <string>

#include <gtest/gtest.h>

#include "agent/document/document.hpp"
#include "agent/document/yaml_tree.hpp"
#include "source_test.hpp"

namespace ibtest {
namespace {

using testing::codes;
using testing::place;
using testing::repeated;
using testing::source;

/// Refused within a second of processor time, even under sanitizers; gives the last finding.
Diagnostic refused(const std::string& text) {
  const std::clock_t begin = std::clock();
  const DocumentResult result = parse_document(source(text));
  EXPECT_LT(std::clock() - begin, 1 * CLOCKS_PER_SEC);
  EXPECT_FALSE(result.document);
  EXPECT_FALSE(result.diagnostics.empty());
  return result.diagnostics.empty() ? Diagnostic{} : result.diagnostics.back();
}

class DeepNesting : public ::testing::TestWithParam<std::string> {};

TEST_P(DeepNesting, IsRefusedAtItsLine) {
  const Diagnostic diagnostic = refused("schemaVersion: 1.0\nphases:\n" + repeated(GetParam(), 100'000));
  EXPECT_EQ(diagnostic.code, "nesting-too-deep") << diagnostic.message;
  EXPECT_GE(diagnostic.range.begin.line, 3U);
}

INSTANTIATE_TEST_SUITE_P(Forms, DeepNesting, ::testing::Values("[", "{", "- ", "? ", "[{", "{a: ", "[\n", "{a,"));

TEST(YamlLimits, RefusesTenMegabytesBySize_DOC_11) {
  const Diagnostic diagnostic = refused(repeated("key: some value that is of no interest\n", 270'000));
  EXPECT_EQ(diagnostic.code, "document-too-large");
  EXPECT_NE(diagnostic.message.find("10530000 bytes"), std::string::npos) << diagnostic.message;
  EXPECT_FALSE(diagnostic.suggestion.empty());
}

TEST(YamlLimits, RefusesMoreThan65536Bytes_DOC_11) {
  const std::string head = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps: []\n#";
  const DocumentResult fits = parse_document(source(head + std::string(65'536 - head.size(), 'x')));
  EXPECT_EQ(codes(fits.diagnostics), (std::vector<std::string>{"over-inline-limit", "empty-steps"}));
  const DocumentResult over = parse_document(source(head + std::string(65'537 - head.size(), 'x')));
  EXPECT_EQ(codes(over.diagnostics), (std::vector<std::string>{"document-too-large", "empty-steps"}));
  EXPECT_EQ(over.diagnostics.front().range, SourceRange{});
}

TEST(YamlLimits, CountsCharactersNotBytesForTheInlineLimit_DOC_11_D_20) {
  const std::string head = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps: []\n#";
  const DocumentResult fits = parse_document(source(head + repeated("\xC3\xA4", 16'000 - head.size())));
  EXPECT_EQ(codes(fits.diagnostics), (std::vector<std::string>{"near-inline-limit", "empty-steps"}));
  const DocumentResult over = parse_document(source(head + repeated("\xC3\xA4", 16'001 - head.size())));
  EXPECT_EQ(codes(over.diagnostics), (std::vector<std::string>{"over-inline-limit", "empty-steps"}));
}

TEST(YamlLimits, SaysWhenAFewLinesMoreAreTooMany_SVC_9) {
  const std::string head = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps: []\n#";
  const DocumentResult small = parse_document(source(head + repeated("\xC3\xA4", 14'400 - head.size())));
  EXPECT_EQ(codes(small.diagnostics), (std::vector<std::string>{"empty-steps"}));
  const DocumentResult near = parse_document(source(head + repeated("\xC3\xA4", 14'401 - head.size())));
  EXPECT_EQ(codes(near.diagnostics), (std::vector<std::string>{"near-inline-limit", "empty-steps"}));
  EXPECT_EQ(near.diagnostics.front().severity, Severity::warning);
}

TEST(YamlLimits, RefusesAnAliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level <= 10; ++level) {
    const std::string alias = "*a" + std::to_string(level - 1);
    const std::string number = std::to_string(level);
    text += "a" + number + ": &a" + number + " [" + alias + repeated(", " + alias, 9) + "]\n";
  }
  const Diagnostic diagnostic = refused(text);
  EXPECT_EQ(diagnostic.code, "too-many-values");
  EXPECT_GE(diagnostic.range.begin.line, 4U);
}

TEST(YamlLimits, RefusesABombOfLongTexts) {
  const std::string text = "a: &a " + std::string(30'000, 'x') + "\nb:\n" + repeated("  - *a\n", 1000);
  EXPECT_EQ(refused(text).code, "too-many-values");
}

TEST(YamlLimits, RefusesNestingThroughAliases) {
  std::string text = "a0: &a0 [x]\n";
  for (int level = 1; level <= 120; ++level) {
    const std::string number = std::to_string(level);
    text += "a" + number + ": &a" + number + " [*a" + std::to_string(level - 1) + "]\n";
  }
  EXPECT_EQ(refused(text).code, "nesting-too-deep");
}

TEST(YamlLimits, HoldsToTheBudgetItIsGiven) {
  const auto with = [](const std::string& text, const YamlBudget& budget) {
    return codes(parse_yaml(source(text), budget).diagnostics);
  };
  EXPECT_EQ(with("a: b\n", {.bytes = 4}), (std::vector<std::string>{"document-too-large"}));
  EXPECT_EQ(with("[a, b, c]\n", {.nodes = 3}), (std::vector<std::string>{"too-many-values"}));
  EXPECT_EQ(with("[a, b, c]\n", {.nodes = 4}), (std::vector<std::string>{}));
  EXPECT_EQ(with("[[a]]\n", {.depth = 1}), (std::vector<std::string>{"nesting-too-deep"}));
  EXPECT_EQ(with("[[a]]\n", {.depth = 2}), (std::vector<std::string>{}));
  EXPECT_EQ(with("[abc]\n", {.expanded_bytes = 2}), (std::vector<std::string>{"too-many-values"}));
}

TEST(YamlLimits, RefusesEmptyFiles_DOC_1) {
  for (const std::string text : {"", "\n\n", "# comment\n", "---\n", "--- ~\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\r\n"}) {
    const Diagnostic diagnostic = refused(text);
    EXPECT_EQ(diagnostic.code, "empty-document") << text;
    EXPECT_EQ(diagnostic.range, SourceRange{});
  }
}

TEST(YamlLimits, RefusesBinaryFiles_DOC_1) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte)
    every_byte += static_cast<char>(byte);
  for (const std::string& text : {every_byte,
                                  std::string("\x7F"
                                              "ELF\x02\x01\x01\0\0\0",
                                              10),
                                  std::string("PK\x03\x04 zip"), std::string("\x1F\x8B\x08 gzip")}) {
    EXPECT_EQ(refused(text).code, "binary-file");
  }
}

TEST(YamlLimits, RefusesOtherEncodings_DOC_1) {
  EXPECT_EQ(refused(std::string("n\0a\0m\0e\0:\0 \0x\0", 14)).code, "not-utf8");
  EXPECT_EQ(refused(std::string("\xFF\xFEn\0a\0", 6)).code, "not-utf8");
  const Diagnostic latin1 = refused(
      "name: x\ndescription: Gr\xF6\xDF"
      "e\n");
  EXPECT_EQ(latin1.code, "not-utf8");
  EXPECT_EQ(latin1.range.begin.line, 2U);
}

TEST(YamlLimits, ReportsBadCharactersOnlySoOften) {
  EXPECT_EQ(parse_yaml(source("name: x\n" + repeated("some text \x01\n", 100))).diagnostics.size(), 10U);
}

TEST(YamlLimits, TakesLinearTime) {
  // Each of these made some YAML reader quadratic. The size is what the budget lets through.
  for (const std::string unit :
       {"x ",  "a: b\n", "- a\n",    "'a' ", "\"a\", ", "# c\n", ": ", "&a ", "!a ",      "*a ", "\\n",
        "|\n", "[a, ",   "{{ a }} ", "  \n", "\t",      "a:\n",  "'",  "\"",  "<<: *a\n", "}}",  "- - "}) {
    const std::string text = repeated(unit, 60'000 / unit.size());
    const std::clock_t begin = std::clock();
    static_cast<void>(parse_document(source(text)));
    static_cast<void>(parse_document(source("a: \"" + text + "\"\n")));
    EXPECT_LT(std::clock() - begin, 2 * CLOCKS_PER_SEC) << unit;
  }
}

}  // namespace
}  // namespace ibtest
