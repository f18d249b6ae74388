#include "runner/schema/component_schema.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "actions/checks/check_document.hpp"
#include "agent/document/diagnostic_codes.hpp"
#include "runner/lint/recognition.hpp"
#include "tests/unit/lint/lint_case.hpp"
#include "tests/unit/schema/structure_codes.hpp"

namespace ibtest {
namespace {

using nlohmann::ordered_json;
using testing::LintFolder;
using testing::read_file;

const CodeRow* find_code(std::string_view code) {
  const auto* const row = std::ranges::find(code_rows, code, &CodeRow::code);
  return row == code_rows.end() ? nullptr : row;
}

/// Codes of what the checks find, whatever the platform: the inputs of actions that one does not have are not checked.
std::set<std::string> codes_of(const std::string& path) {
  const auto source = std::make_shared<const SourceText>(path, read_file(path));
  std::set<std::string> codes;
  for (const Platform platform : {Platform::linux_os, Platform::windows}) {
    for (const Diagnostic& finding : load_document(source, platform).diagnostics)
      codes.insert(finding.code);
    if (!codes.contains("action-platform") && !codes.contains("action-platform-if-reached")) break;
  }
  return codes;
}

std::string joined(const std::set<std::string>& codes) {
  std::string text;
  for (const std::string& code : codes)
    text += (text.empty() ? "" : ", ") + code;
  return text;
}

class ComponentSchemaTest : public ::testing::Test {
 protected:
  [[nodiscard]] ordered_json validate(const std::string& folder) const {
    folder_.write("schema.json", component_schema().dump());
    return ordered_json::parse(node("validate-documents.mjs", "schema.json " + folder));
  }

  /// What a program of tests/servers prints.
  [[nodiscard]] static std::string node(const std::string& program, const std::string& arguments) {
    const std::string source = IBTEST_SOURCE;
    const std::string command = "node " + source + "/tests/servers/" + program + " " + source + "/build/servers " +
                                arguments + " > printed 2> errors";
    // NOLINTNEXTLINE(cert-env33-c)
    EXPECT_EQ(std::system(command.c_str()), 0) << command << "\n" << read_file("errors");
    return read_file("printed");
  }

  /// Whether schema and checks agree about each document; how many there were of each kind.
  static std::map<InSchema, int> compare(const ordered_json& verdicts) {
    std::map<InSchema, int> count;
    for (const auto& [path, verdict] : verdicts.items()) {
      const auto source = std::make_shared<const SourceText>(path, read_file(path));
      if (recognise(source, true).kind != Recognition::Kind::component) continue;
      const std::set<std::string> codes = codes_of(path);
      const auto has = [&codes](InSchema kind) {
        return std::ranges::any_of(codes, [kind](const std::string& code) {
          const CodeRow* const row = find_code(code);
          return row == nullptr || row->in_schema == kind;
        });
      };
      const InSchema kind = has(InSchema::text)      ? InSchema::text
                            : has(InSchema::refused) ? InSchema::refused
                            : has(InSchema::partly)  ? InSchema::partly
                                                     : InSchema::beyond;
      ++count[kind];
      const bool is_valid = verdict == "valid";
      const std::string name = std::filesystem::relative(path, IBTEST_FIXTURES).string();
      if (kind == InSchema::refused) {
        EXPECT_FALSE(is_valid) << name << ": the checks find " << joined(codes) << "\n" << read_file(path);
      } else if (kind == InSchema::beyond) {
        EXPECT_TRUE(is_valid) << name << ": the checks find " << joined(codes) << ", and the schema " << verdict << "\n"
                              << read_file(path);
      }
    }
    return count;
  }

  LintFolder folder_;
};

TEST_F(ComponentSchemaTest, TheTableSaysOfEveryCodeWhatItIsForASchema) {
  for (const DiagnosticCode& code : diagnostic_codes)
    EXPECT_NE(find_code(code.name), nullptr) << code.name;
  EXPECT_EQ(code_rows.size(), diagnostic_codes.size());
  for (const CodeRow& row : code_rows)
    EXPECT_EQ(row.reason.empty(), row.in_schema == InSchema::refused) << row.code;
}

// Strict compilation is part of validate-documents.mjs.
TEST_F(ComponentSchemaTest, AgreesWithTheChecksAboutEveryDocumentOfTheFixtures) {
  const auto count = compare(validate(IBTEST_FIXTURES));
  EXPECT_GT(count.at(InSchema::refused), 100);
  EXPECT_GT(count.at(InSchema::beyond), 200);
}

// Every key of the tables, with every kind of value, left out, and beside one that is unknown.
TEST_F(ComponentSchemaTest, AgreesWithTheChecksAboutDocumentsWithOneChange) {
  const std::filesystem::path valid = std::string(IBTEST_FIXTURES) + "/documents/valid";
  std::string documents;
  std::string texts;
  for (const auto& entry : std::filesystem::directory_iterator(valid)) {
    documents += " " + entry.path().string();
    texts += read_file(entry.path());
  }
  for (const ActionModule* const module : all_actions()) {
    EXPECT_NE(texts.find("action: " + std::string(module->name)), std::string::npos) << module->name;
    for (const InputField& field : module->inputs)
      EXPECT_NE(texts.find(std::string(field.name) + ":"), std::string::npos) << field.name;
  }
  std::filesystem::create_directory("changed");
  static_cast<void>(node("mutate-documents.mjs", "changed" + documents));
  const auto count = compare(validate("changed"));
  EXPECT_GT(count.at(InSchema::refused), 1000);
  EXPECT_GT(count.at(InSchema::beyond), 500);
}

}  // namespace
}  // namespace ibtest
