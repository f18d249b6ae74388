#include "runner/cli/parameters.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

Document document(const std::string& name, const std::string& declarations) {
  const auto source = std::make_shared<const SourceText>(
      name, "schemaVersion: 1.0\n" + declarations + "phases:\n  - name: build\n    steps: []\n");
  DocumentResult result = parse_document(source);
  EXPECT_TRUE(result.document) << name;
  return std::move(*result.document);
}

const std::string version_parameter = "parameters:\n  - Version:\n      type: string\n      default: '1'\n";

template <typename Action>
Fault fault_of(Action action) {
  try {
    action();
  } catch (const Fault& fault) {
    return fault;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ExitStatus::success, ""};
}

ParameterValues read_file_with(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() / ("ibtest-parameters-" + std::to_string(::getpid()));
  std::ofstream(path, std::ios::binary) << text;
  try {
    const ParameterValues values = read_parameters_file(path.string());
    std::filesystem::remove(path);
    return values;
  } catch (...) {
    std::filesystem::remove(path);
    throw;
  }
}

TEST(ParseParameters, SplitsAtTheFirstEqualsSignAndNeverAtCommas_D16) {
  EXPECT_THAT(parse_parameters({"A=1,B=2", "Url=http://x/?q=1"}, "--param"),
              ElementsAre(Pair("A", "1,B=2"), Pair("Url", "http://x/?q=1")));
}

TEST(ParseParameters, NeedsNameAndValue_VAR16) {
  EXPECT_EQ(fault_of([] { return parse_parameters({"Name"}, "--param"); }).message(), "--param Name has no value");
  EXPECT_EQ(fault_of([] { return parse_parameters({"=x"}, "--param"); }).message(), "--param =x has no name");
  EXPECT_EQ(fault_of([] { return parse_parameters({"Name="}, "--param"); }).message(),
            "--param Name= has an empty value");
  EXPECT_EQ(fault_of([] { return parse_parameters({"Name"}, "--param"); }).status(), ExitStatus::not_runnable);
}

TEST(ParseParameters, RefusesTwoValuesForOneName) {
  EXPECT_THAT(fault_of([] { return parse_parameters({"A=1", "A=2"}, "--param"); }).message(), HasSubstr("given twice"));
  EXPECT_THAT(parse_parameters({"A=1", "A=1"}, "--param"), ElementsAre(Pair("A", "1")));
}

TEST(ParametersFile, TakesNumbersAndBooleansAsTheirText_STEP8) {
  EXPECT_THAT(read_file_with("Version: 1.10\nOn: true\nText: 'a, b'\nEmpty:\n"),
              ElementsAre(Pair("Empty", ""), Pair("On", "true"), Pair("Text", "a, b"), Pair("Version", "1.10")));
  EXPECT_THAT(read_file_with("{\"Version\": 1.10, \"Text\": \"x\"}"),
              ElementsAre(Pair("Text", "x"), Pair("Version", "1.10")));
  EXPECT_THAT(read_file_with("\n"), IsEmpty());
}

TEST(ParametersFile, NamesThePlaceOfWhatItCannotUse) {
  EXPECT_THAT(fault_of([] { return read_file_with("A: 1\nB: [1]\n"); }).message(), HasSubstr(":2:4: the value of `B`"));
  EXPECT_THAT(fault_of([] { return read_file_with("- A\n"); }).message(), HasSubstr("this is no mapping"));
  EXPECT_THAT(fault_of([] { return read_file_with("A: 'x\n"); }).message(), HasSubstr(":1:"));
}

TEST(MergeParameters, TheCommandLineWins) {
  EXPECT_THAT(merge_parameters({{"A", "file"}, {"B", "file"}}, {{"A", "flag"}}),
              ElementsAre(Pair("A", "flag"), Pair("B", "file")));
}

TEST(CheckParameters, ANameThatAnotherDocumentDeclaresIsFine_D1) {
  const Document with = document("with.yml", version_parameter);
  const Document without = document("without.yml", "");
  EXPECT_THAT(check_parameters({&with, &without}, {{{"Version", "2"}}}).undeclared, IsEmpty());
  EXPECT_THAT(parameters_for(with, {{"Version", "2"}}), ElementsAre(Pair("Version", "2")));
  EXPECT_THAT(parameters_for(without, {{"Version", "2"}}), IsEmpty());
}

TEST(CheckParameters, ANameThatNoDocumentDeclaresIsRefusedWithTheNearest_D1) {
  const Document with = document("with.yml", version_parameter);
  EXPECT_THAT(check_parameters({&with}, {{{"Verison", "2"}}}).undeclared,
              ElementsAre("no document declares a parameter Verison; did you mean `Version`?"));
  const Document without = document("without.yml", "");
  EXPECT_THAT(check_parameters({&without}, {{{"Version", "2"}}}).undeclared,
              ElementsAre("no document declares a parameter Version; no document declares parameters"));
}

TEST(CheckParameters, ValuesOfADocumentAreForItAloneAndWin_CFG_3_CFG_6) {
  const Document with = document("with.yml", version_parameter);
  const Document without = document("without.yml", "");
  const GivenParameters given{{{"Version", "all"}}, {{{"Version", "one"}}, {{"Version", "other"}}}};
  EXPECT_THAT(given.for_document(0), ElementsAre(Pair("Version", "one")));
  EXPECT_THAT(check_parameters({&with, &without}, given).undeclared,
              ElementsAre("without.yml does not declare a parameter Version; no document declares parameters"));
  const GivenParameters common{{{"Version", "all"}}, {}};
  EXPECT_THAT(common.for_document(0), ElementsAre(Pair("Version", "all")));
}

TEST(CheckParameters, AConstantCannotBeSetFromOutside_D17) {
  const Document with = document("with.yml", "constants:\n  - Code:\n      type: string\n      value: '0'\n");
  EXPECT_THAT(check_parameters({&with}, {{{"Code", "1"}}}).errors,
              ElementsAre(HasSubstr("with.yml:3:5: Code is a constant")));
}

TEST(CheckParameters, AValueOutsideAllowedValuesIsRefused_VAR4) {
  const Document with = document(
      "with.yml", "parameters:\n  - Size:\n      type: string\n      default: s\n      allowedValues: [s, m]\n");
  EXPECT_THAT(check_parameters({&with}, {{{"Size", "xl"}}}).errors,
              ElementsAre(HasSubstr("parameter Size cannot be `xl`; allowed are: s, m")));
  EXPECT_THAT(check_parameters({&with}, {{{"Size", "m"}}}).errors, IsEmpty());
}

TEST(CheckParameters, NeitherDefaultNorValueIsAWarning_VAR15_GOTCHA_15) {
  const Document with = document("with.yml", "parameters:\n  - Bare:\n      type: string\n");
  EXPECT_THAT(check_parameters({&with}, {}).warnings,
              ElementsAre(HasSubstr("with.yml:3:5: parameter Bare has neither")));
  EXPECT_THAT(check_parameters({&with}, {{{"Bare", "x"}}}).warnings, IsEmpty());
}

}  // namespace
}  // namespace ibtest
