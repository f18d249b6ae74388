#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runner/lint/lint_report.hpp"
#include "runner/lint/lint_source.hpp"
#include "runner/lint/shell_check.hpp"

namespace ibtest::testing {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Compares with a golden file, or writes it with IBTEST_ACCEPT.
inline void expect_golden(const std::filesystem::path& expected, const std::string& actual) {
  if (std::getenv("IBTEST_ACCEPT") != nullptr && read_file(expected) != actual) {
    std::ofstream(expected, std::ios::binary) << actual;
    ADD_FAILURE() << "accepted " << expected << "; run again without IBTEST_ACCEPT";
  }
  EXPECT_EQ(actual, read_file(expected)) << expected;
}

inline std::string text_of(const LintedFile& file) {
  LintResult result;
  result.files.push_back(file);
  return text_report(result, false);
}

inline LintedFile lint_text(const std::string& name, const std::string& text, const LintSettings& settings = {},
                            bool named = true) {
  return lint_source(std::make_shared<const SourceText>(name, text), settings, named);
}

/// The same with its scripts checked by bash, or by ShellCheck too.
inline LintedFile lint_scripts(const std::string& name, const std::string& text, bool shellcheck,
                               LintSettings settings = {}) {
  const LintedFile before = lint_text(name, text, settings);
  ShellResults results;
  EXPECT_EQ(check_shell_scripts({before.scripts.begin(), before.scripts.end()}, {.shellcheck = shellcheck}, results),
            "");
  settings.shell_results = &results;
  return lint_text(name, text, settings);
}

/// A file of the fixtures, under its own name.
inline LintedFile lint_fixture(const std::filesystem::path& path) {
  LintSettings settings;
  settings.folder = path.parent_path();
  return lint_text(path.filename().string(), read_file(path), settings);
}

inline std::vector<std::string> codes(const LintedFile& file) {
  std::vector<std::string> result;
  for (const Diagnostic& finding : file.findings)
    result.push_back(finding.code);
  return result;
}

/// A document with these steps in its phase build.
inline std::string with_steps(const std::string& steps) {
  return "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" + steps;
}

inline const std::string good_step = "      - { name: List, action: ExecuteBash, inputs: { commands: [ ls ] } }\n";

/// A folder of its own, current while the value lives.
class LintFolder {
 public:
  LintFolder() : before_(std::filesystem::current_path()) {
    char name[] = "/tmp/ibtest-lint-XXXXXX";
    path_ = ::mkdtemp(name);
    std::filesystem::current_path(path_);
  }
  LintFolder(const LintFolder&) = delete;
  LintFolder& operator=(const LintFolder&) = delete;
  ~LintFolder() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
    std::filesystem::remove_all(path_, ignored);
  }

  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

}  // namespace ibtest::testing
