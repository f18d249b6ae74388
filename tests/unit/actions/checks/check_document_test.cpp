#include "actions/checks/check_document.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace ibtest {
namespace {

namespace fs = std::filesystem;

const fs::path documents = fs::path(IBTEST_FIXTURES) / "documents";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

std::shared_ptr<const SourceText> source_of(const fs::path& path) {
  return std::make_shared<const SourceText>(path.filename().string(), read_file(path));
}

/// Documents for another platform say so with the first word of their name.
Platform platform_of(const std::string& name) {
  return name.starts_with("windows-") ? Platform::windows : Platform::linux_os;
}

std::string render_all(const std::vector<Diagnostic>& diagnostics, const SourceText& source) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics)
    text += render(diagnostic, &source, false);
  return text;
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace_if(
      name, [](char character) { return std::isalnum(static_cast<unsigned char>(character)) == 0; }, '_');
  return name;
}

class ValidDocument : public ::testing::TestWithParam<std::string> {};

TEST_P(ValidDocument, LoadsSilently) {
  const auto source = source_of(documents / "valid" / (GetParam() + ".yml"));
  const DocumentResult result = load_document(source, platform_of(GetParam()));
  EXPECT_EQ(render_all(result.diagnostics, *source), "");
  EXPECT_TRUE(result.document);
}

INSTANTIATE_TEST_SUITE_P(Fixtures, ValidDocument, ::testing::ValuesIn(names_in(documents / "valid")), test_name);

class InvalidDocument : public ::testing::TestWithParam<std::string> {};

TEST_P(InvalidDocument, SaysWhatIsWrong) {
  const fs::path folder = documents / "invalid";
  const auto source = source_of(folder / (GetParam() + ".yml"));
  EXPECT_TRUE(source->text().starts_with("# ")) << "the first line names the rule";
  const DocumentResult result = load_document(source, platform_of(GetParam()));
  const std::string rendered = render_all(result.diagnostics, *source);
  EXPECT_FALSE(rendered.empty());
  const fs::path expected = folder / (GetParam() + ".out");
  if (std::getenv("IBTEST_ACCEPT") != nullptr && read_file(expected) != rendered) {
    std::ofstream(expected, std::ios::binary) << rendered;
    FAIL() << "accepted " << expected << "; run again without IBTEST_ACCEPT";
  }
  EXPECT_EQ(rendered, read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(Fixtures, InvalidDocument, ::testing::ValuesIn(names_in(documents / "invalid")), test_name);

TEST(Fixtures, AreNotBeingAccepted) {
  EXPECT_EQ(std::getenv("IBTEST_ACCEPT"), nullptr) << "IBTEST_ACCEPT only rewrites expected files";
}

std::vector<std::string> codes_on(Platform platform, const std::string& steps) {
  const std::string text = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" + steps;
  std::vector<std::string> codes;
  for (const auto& diagnostic :
       load_document(std::make_shared<const SourceText>("a.yml", text), platform).diagnostics) {
    codes.push_back(diagnostic.code);
  }
  return codes;
}

TEST(CheckDocument, KnowsThePlatform_STEP_5_GEN_14) {
  const std::string bash = "      - { name: Run, action: ExecuteBash, inputs: { commands: [ ls ] } }\n";
  EXPECT_EQ(codes_on(Platform::linux_os, bash), (std::vector<std::string>{}));
  EXPECT_EQ(codes_on(Platform::macos, bash), (std::vector<std::string>{}));
  EXPECT_EQ(codes_on(Platform::windows, bash), (std::vector<std::string>{"action-platform"}));
  const std::string power_shell = "      - { name: Run, action: ExecutePowerShell, inputs: { commands: [ ls ] } }\n";
  EXPECT_EQ(codes_on(Platform::linux_os, power_shell), (std::vector<std::string>{"action-platform"}));
  EXPECT_EQ(codes_on(Platform::windows, power_shell), (std::vector<std::string>{}));
}

TEST(CheckDocument, WarnsOfAnotherPlatformWhereAConditionMayKeepTheStepFromRunning_GEN_14_EMU_19) {
  const std::string text =
      "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: Run\n        action: SetRegistry\n"
      "        if: { folderExists: x }\n        inputs: [ { path: 'HKLM:\\x', name: a, value: b, type: SZ } ]\n";
  DocumentResult result = load_document(std::make_shared<const SourceText>("a.yml", text), Platform::linux_os);
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].code, "action-platform-if-reached");
  EXPECT_EQ(result.diagnostics[0].severity, Severity::warning);
  EXPECT_EQ(result.diagnostics[0].message,
            "step `Run` of phase `build`: Action SetRegistry is not supported on platform linux (supported: windows)");
  make_strict(result.diagnostics);
  EXPECT_EQ(result.diagnostics[0].severity, Severity::error);
}

TEST(CheckDocument, MakesErrorsOfTheLenientWarningsOnly_EMU_19_GEN_5) {
  std::vector<Diagnostic> diagnostics;
  for (const char* code : {"unknown-input", "parameter-without-default", "recursive-permissions", "command-is-empty"})
    diagnostics.push_back(
        {.code = code, .severity = Severity::warning, .file = "a.yml", .range = {}, .message = {}, .suggestion = {}});
  make_strict(diagnostics);
  EXPECT_EQ(diagnostics[0].severity, Severity::error);
  EXPECT_EQ(diagnostics[1].severity, Severity::warning);
  EXPECT_EQ(diagnostics[2].severity, Severity::warning);
  EXPECT_EQ(diagnostics[3].severity, Severity::error);
}

TEST(CheckDocument, KnowsTheLimitsOfAStep_GEN_16) {
  const auto step = [](const std::string& setting) {
    return "      - { name: Run, action: ExecuteBash, " + setting + ", inputs: { commands: [ ls ] } }\n";
  };
  for (const auto* fine : {"timeoutSeconds: -1", "timeoutSeconds: 1", "maxAttempts: 1", "maxAttempts: 10",
                           "onFailure: Abort", "onFailure: Continue", "onFailure: Ignore"})
    EXPECT_EQ(codes_on(Platform::linux_os, step(fine)), std::vector<std::string>{}) << fine;
  for (const auto* bad : {"timeoutSeconds: 0", "timeoutSeconds: -2"})
    EXPECT_EQ(codes_on(Platform::linux_os, step(bad)), std::vector<std::string>{"invalid-timeout"}) << bad;
  for (const auto* bad : {"maxAttempts: 0", "maxAttempts: -1"})
    EXPECT_EQ(codes_on(Platform::linux_os, step(bad)), std::vector<std::string>{"invalid-attempts"}) << bad;
  EXPECT_EQ(codes_on(Platform::linux_os, step("onFailure: abort")), std::vector<std::string>{"invalid-on-failure"});
}

TEST(CheckDocument, TakesEveryOperatorOnEveryPlatform_COND_7_COND_8_CONDASSERT_3) {
  std::string operators;
  for (const std::string& one :
       std::initializer_list<std::string>{"stringIsEmpty: x",
                                          "stringIsWhitespace: x",
                                          "stringEquals: x, value: y",
                                          "stringLessThan: x, value: y",
                                          "stringLessThanEquals: x, value: y",
                                          "stringGreaterThan: x, value: y",
                                          "stringGreaterThanEquals: x, value: y",
                                          "patternMatches: x, value: y",
                                          "numberEquals: 1, value: 2",
                                          "numberLessThan: 1, value: 2",
                                          "numberLessThanEquals: 1, value: 2",
                                          "numberGreaterThan: 1, value: 2",
                                          "numberGreaterThanEquals: 1, value: 2",
                                          "binaryExists: x",
                                          "fileExists: x",
                                          "folderExists: x",
                                          "fileMD5Equals: d41d8cd98f00b204e9800998ecf8427e, path: y",
                                          "fileSHA1Equals: da39a3ee5e6b4b0d3255bfef95601890afd80709, path: y",
                                          "fileSHA256Equals: " + std::string(64, 'a') + ", path: y",
                                          "fileSHA512Equals: " + std::string(128, 'a') + ", path: y",
                                          "not: { fileExists: x }",
                                          "or: [ { fileExists: x } ]"})
    operators += std::string(operators.empty() ? "" : ", ") + "{ " + one + " }";
  const std::string steps = "      - { name: Check, action: Assert, inputs: { and: [ " + operators +
                            " ] } }\n      - { name: Other, action: CreateFile, if: { and: [ " + operators +
                            " ] }, inputs: [ { path: x } ] }\n";
  for (const Platform platform : {Platform::linux_os, Platform::windows, Platform::macos})
    EXPECT_EQ(codes_on(platform, steps), std::vector<std::string>{});
}

TEST(CheckDocument, RefusesUnixInputsOnWindows_CREATEFILE_5) {
  const std::string step =
      "      - { name: Write, action: CreateFile, inputs: [ { path: 'C:\\x\\', owner: me, permissions: 0644 } ] }\n";
  EXPECT_EQ(codes_on(Platform::linux_os, step), (std::vector<std::string>{"path-backslash"}));
  EXPECT_EQ(codes_on(Platform::windows, step),
            (std::vector<std::string>{"path-is-folder", "input-platform", "input-platform"}));
}

TEST(CheckDocument, ReportsARepeatedAliasOnce) {
  EXPECT_EQ(codes_on(Platform::linux_os,
                     "      - { name: One, action: ExecuteBash, inputs: &i { commands: [ '{{ Xyz }}' ] } }\n"
                     "      - { name: Two, action: ExecuteBash, inputs: { commands: [ x ] } }\n"),
            (std::vector<std::string>{"unused-anchor", "undeclared-reference"}));
  EXPECT_EQ(codes_on(Platform::linux_os,
                     "      - { name: One, action: ExecuteBash, inputs: { commands: &c [ a: b ] } }\n"
                     "      - { name: Two, action: ExecuteBash, inputs: { commands: *c } }\n"),
            (std::vector<std::string>{"command-is-mapping"}));
}

}  // namespace
}  // namespace ibtest
