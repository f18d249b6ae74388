#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "actions/check_document.hpp"
#include "actions/check_parameters.hpp"
#include "actions/likely_platform.hpp"
#include "agent/document/diagnostic_codes.hpp"

// fixtures/lint has one folder per diagnostic code: its explanation, documents that have the fault (`bad*`, with the
// output they give in `bad*.txt`) and documents that have not (`good*`). Documents that would show badly on a terminal
// are `bad*.bin`; those too long to be read are made here.

namespace ibtest {
namespace {

namespace fs = std::filesystem;

const fs::path folders = fs::path(IBTEST_FIXTURES) / "lint";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string document_with_script_of(std::size_t characters) {
  std::string text =
      "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: InstallApp\n"
      "        action: ExecuteBash\n        inputs:\n          commands:\n            - |\n";
  const std::string line = "              install -m 0644 /tmp/app/app.conf /etc/app/app.conf\n";
  while (text.size() < characters)
    text += line;
  return text;
}

/// Bad documents that are too long to be files, by code.
const std::map<std::string, std::string> long_documents = {{"over-inline-limit", document_with_script_of(20'000)},
                                                           {"document-too-large", document_with_script_of(70'000)}};

/// What is wrong with these codes are values that the document is given.
const std::map<std::string, ParameterValues> given_values = {{"constant-override", {{"InstallDir", "/srv/app"}}}};

struct Case {
  std::string code;
  fs::path document;  ///< may be one of `long_documents` that does not exist

  [[nodiscard]] fs::path expected() const { return fs::path(document).replace_extension(".txt"); }
};

void PrintTo(const Case& example, std::ostream* out) {
  *out << example.code << '/' << example.document.filename().string();
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name = info.param.code + "_" + info.param.document.stem().string();
  std::ranges::replace_if(
      name, [](char character) { return std::isalnum(static_cast<unsigned char>(character)) == 0; }, '_');
  return name;
}

std::vector<std::string> folder_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folders))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

std::vector<Case> cases(std::string_view beginning) {
  std::vector<Case> found;
  for (const std::string& code : folder_names()) {
    for (const auto& entry : fs::directory_iterator(folders / code)) {
      const auto extension = entry.path().extension();
      if (entry.path().filename().string().starts_with(beginning) && (extension == ".yml" || extension == ".bin"))
        found.push_back({code, entry.path()});
    }
    if (beginning == "bad" && long_documents.contains(code)) found.push_back({code, folders / code / "bad.yml"});
  }
  std::ranges::sort(found, {}, [](const Case& example) { return example.document; });
  return found;
}

std::shared_ptr<const SourceText> source_of(const Case& example) {
  const auto made = long_documents.find(example.code);
  const bool is_made = made != long_documents.end() && !fs::exists(example.document);
  return std::make_shared<const SourceText>(example.document.filename().string(),
                                            is_made ? made->second : read_file(example.document));
}

std::vector<Diagnostic> findings_of(const Case& example, const std::shared_ptr<const SourceText>& source) {
  const DocumentResult parsed = parse_document(source);
  const Platform platform = parsed.document ? likely_platform(*parsed.document) : Platform::linux_os;
  DocumentResult result = load_document(source, platform);
  const auto values = given_values.find(example.code);
  if (values != given_values.end() && result.document) {
    const auto found = check_parameters(*result.document, values->second);
    result.diagnostics.insert(result.diagnostics.end(), found.begin(), found.end());
    sort_and_deduplicate(result.diagnostics);
  }
  // The action ExecuteDocument is on its way.
  std::erase_if(result.diagnostics,
                [](const Diagnostic& finding) { return finding.code == "action-not-supported-yet"; });
  return std::move(result.diagnostics);
}

std::string render_all(const std::vector<Diagnostic>& diagnostics, const SourceText& source) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics)
    text += render(diagnostic, &source, false);
  return text;
}

class BadDocument : public ::testing::TestWithParam<Case> {};

TEST_P(BadDocument, GivesTheExpectedFindings) {
  const auto source = source_of(GetParam());
  const auto findings = findings_of(GetParam(), source);
  EXPECT_TRUE(std::ranges::any_of(findings, [](const Diagnostic& finding) { return finding.code == GetParam().code; }));
  const std::string rendered = render_all(findings, *source);
  const fs::path expected = GetParam().expected();
  if (std::getenv("IBTEST_ACCEPT") != nullptr && read_file(expected) != rendered) {
    std::ofstream(expected, std::ios::binary) << rendered;
    FAIL() << "accepted " << expected << "; run again without IBTEST_ACCEPT";
  }
  EXPECT_EQ(rendered, read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(Lint, BadDocument, ::testing::ValuesIn(cases("bad")), case_name);

class GoodDocument : public ::testing::TestWithParam<Case> {};

TEST_P(GoodDocument, GivesNoFindings) {
  const auto source = source_of(GetParam());
  EXPECT_EQ(render_all(findings_of(GetParam(), source), *source), "");
}

INSTANTIATE_TEST_SUITE_P(Lint, GoodDocument, ::testing::ValuesIn(cases("good")), case_name);

TEST(LintFixtures, AreOneFolderPerCode) {
  std::set<std::string> codes;
  for (const DiagnosticCode& code : diagnostic_codes)
    codes.emplace(code.name);
  // Goes with the last action.
  codes.erase("action-not-supported-yet");
  const auto names = folder_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), codes);
}

TEST(LintFixtures, ExplainThemselvesInOneParagraph) {
  for (const std::string& name : folder_names()) {
    const std::string text = read_file(folders / name / "explanation.md");
    EXPECT_GT(text.size(), 100U) << name;
    EXPECT_LT(text.size(), 900U) << name;
    EXPECT_TRUE(text.ends_with(".\n")) << name;
    EXPECT_FALSE(text.starts_with("#")) << name;
    EXPECT_EQ(text.find("\n\n"), std::string::npos) << name;
  }
}

TEST(LintFixtures, AreComplete) {
  std::set<fs::path> expected;
  for (const Case& example : cases("bad"))
    expected.insert(example.expected());
  for (const std::string& name : folder_names()) {
    EXPECT_TRUE(fs::exists(folders / name / "good.yml")) << name;
    EXPECT_TRUE(expected.contains(folders / name / "bad.txt")) << name;
    for (const auto& entry : fs::directory_iterator(folders / name)) {
      if (entry.path().extension() != ".txt") continue;
      EXPECT_TRUE(expected.contains(entry.path())) << entry.path() << " has no document";
    }
  }
}

}  // namespace
}  // namespace ibtest
