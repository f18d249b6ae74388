#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/lint/lint_source.hpp"

namespace ibtest {

/// `.ibtest.yml`, as far as the linter is concerned.
struct LintConfiguration {
  std::filesystem::path folder;           ///< that the file is in
  RuleSeverities severities = {};         ///< `severity`
  std::optional<Platform> platform = {};  ///< `platform`, of documents that do not say it
  std::vector<std::string> ignored = {};  ///< `ignore`: patterns, relative to the folder

  /// Whether a file (absolute path) is on the list of ignored ones.
  [[nodiscard]] bool ignores(const std::filesystem::path& file) const;
};

/// "error", "warning", "hint", "off". Throws Fault (not_runnable), which begins with `where`.
[[nodiscard]] std::optional<Severity> parse_rule_severity(std::string_view word, std::string_view where);
/// A rule's id. Throws Fault with the nearest one.
void check_rule_id(std::string_view id, std::string_view where);
/// "linux", "windows", "macos"; nothing for anything else.
[[nodiscard]] std::optional<Platform> parse_platform(std::string_view word);

/// Reads a file. Throws Fault (not_runnable) naming the place of a mistake.
[[nodiscard]] LintConfiguration read_lint_configuration(const std::filesystem::path& file);

/// Finds the configuration of files: the nearest `.ibtest.yml` in their folder or above it.
class ConfigurationSearch {
 public:
  /// Null pointer when there is none. `folder` is absolute.
  [[nodiscard]] std::shared_ptr<const LintConfiguration> find(const std::filesystem::path& folder);

 private:
  std::map<std::filesystem::path, std::shared_ptr<const LintConfiguration>> known_;
};

}  // namespace ibtest
