#include "runner/lint/lint_configuration.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"
#include "agent/protocol/fault.hpp"
#include "runner/documents/mapping_file.hpp"
#include "runner/lint/path_pattern.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view file_name = ".ibtest.yml";
constexpr std::array<std::string_view, 3> keys = {"severity", "platform", "ignore"};
constexpr std::array<std::string_view, 4> severity_words = {"error", "warning", "hint", "off"};
constexpr std::array<std::string_view, 3> platform_words = {"linux", "windows", "macos"};

class ConfigurationReader {
 public:
  explicit ConfigurationReader(const fs::path& file) : shown_(file.lexically_proximate(fs::current_path()).string()) {
    configuration_.folder = file.parent_path();
  }

  LintConfiguration read() {
    const YamlNode root = read_mapping_file(shown_, "it may have " + enumerate(keys));
    for (const YamlEntry& entry : root.entries) {
      const std::string& key = entry.key.text;
      if (key == "severity") {
        read_severities(entry.value);
      } else if (key == "platform") {
        read_platform(entry.value);
      } else if (key == "ignore") {
        read_ignored(entry.value);
      } else {
        refuse(entry.key, "there is no setting " + in_backticks(key),
               did_you_mean(key, keys, "it may have " + enumerate(keys)));
      }
    }
    return std::move(configuration_);
  }

 private:
  [[nodiscard]] std::string place(const YamlNode& node) const { return place_in(shown_, node.range); }

  [[noreturn]] void refuse(const YamlNode& node, const std::string& message, const std::string& remedy) const {
    throw Fault(ExitStatus::not_runnable, place(node) + ": " + message, remedy);
  }

  void read_severities(const YamlNode& node) {
    if (!node.is_mapping()) refuse(node, "`severity` must be a mapping", "write `severity: { RULE: warning }`");
    for (const YamlEntry& entry : node.entries) {
      check_rule_id(entry.key.text, place(entry.key) + ": ");
      configuration_.severities[entry.key.text] = parse_rule_severity(entry.value.text, place(entry.value) + ": ");
    }
  }

  void read_platform(const YamlNode& node) {
    configuration_.platform = parse_platform(node.text);
    if (!configuration_.platform)
      refuse(node, "`platform` cannot be " + in_backticks(node.text),
             did_you_mean(node.text, platform_words, "it is one of " + enumerate(platform_words)));
  }

  void read_ignored(const YamlNode& node) {
    if (!node.is_sequence()) refuse(node, "`ignore` must be a list of patterns", "write `ignore: [ old/** ]`");
    for (const YamlNode& item : node.items) {
      if (!item.is_scalar() || item.text.empty()) refuse(item, "a pattern must be a text", "quote it");
      configuration_.ignored.push_back(item.text);
    }
  }

  std::string shown_;
  LintConfiguration configuration_;
};

}  // namespace

std::optional<Platform> parse_platform(std::string_view word) {
  if (word == "linux") return Platform::linux_os;
  if (word == "windows") return Platform::windows;
  if (word == "macos") return Platform::macos;
  return std::nullopt;
}

std::optional<Severity> parse_rule_severity(std::string_view word, std::string_view where) {
  for (const Severity severity : {Severity::error, Severity::warning, Severity::hint}) {
    if (word == severity_name(severity)) return severity;
  }
  if (word == "off") return std::nullopt;
  throw Fault(ExitStatus::not_runnable, fmt::format("{}a severity cannot be {}", where, in_backticks(word)),
              did_you_mean(word, severity_words, "it is one of " + enumerate(severity_words)));
}

void check_rule_id(std::string_view id, std::string_view where) {
  if (is_rule(id)) return;
  throw Fault(ExitStatus::not_runnable, fmt::format("{}there is no rule {}", where, in_backticks(id)),
              nearest_rule(id));
}

bool LintConfiguration::ignores(const fs::path& file) const {
  const std::string path = file.lexically_relative(folder).string();
  return std::ranges::any_of(ignored, [&](const std::string& pattern) { return ignores_path(pattern, path); });
}

LintConfiguration read_lint_configuration(const fs::path& file) {
  return ConfigurationReader(file).read();
}

std::shared_ptr<const LintConfiguration> ConfigurationSearch::find(const fs::path& folder) {
  if (const auto known = known_.find(folder); known != known_.end()) return known->second;
  std::shared_ptr<const LintConfiguration> found;
  std::error_code ignored;
  if (const fs::path file = folder / file_name; fs::is_regular_file(file, ignored)) {
    found = std::make_shared<const LintConfiguration>(read_lint_configuration(file));
  } else if (folder.has_parent_path() && folder.parent_path() != folder) {
    found = find(folder.parent_path());
  }
  known_.emplace(folder, found);
  return found;
}

}  // namespace ibtest
