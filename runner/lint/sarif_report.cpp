#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runner/lint/lint_report.hpp"
#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/shell_rules.hpp"

namespace ibtest {

namespace {

using nlohmann::ordered_json;

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::hint:
      return "note";
  }
  return "none";
}

/// A path as a URI: relative ones stay relative.
std::string uri_of(const std::string& path) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char byte : path) {
    if (unreserved.find(byte) == std::string_view::npos) {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    } else {
      uri += byte;
    }
  }
  return uri;
}

ordered_json object(std::string_view key, ordered_json value) {
  ordered_json result = ordered_json::object();
  result[std::string(key)] = std::move(value);
  return result;
}

ordered_json text_object(std::string_view text) {
  return object("text", ordered_json(std::string(text)));
}

/// A paragraph as one line.
std::string one_line(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \n") + 1);
  std::string line(text);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

ordered_json region_of(const SourceRange& range) {
  ordered_json region = ordered_json::object();
  region["startLine"] = range.begin.line;
  region["startColumn"] = range.begin.column;
  region["endLine"] = std::max(range.end.line, range.begin.line);
  region["endColumn"] = range.end.line == 0 ? range.begin.column : range.end.column;
  return region;
}

class SarifReport {
 public:
  explicit SarifReport(const LintResult& result) : result_(&result) {}

  std::string text() {
    ordered_json results = ordered_json::array();
    for (const LintedFile& file : result_->files) {
      for (const Diagnostic& finding : file.findings)
        results.push_back(result_object(finding, *file.source));
    }
    ordered_json driver = ordered_json::object();
    driver["name"] = "ibtest";
    driver["version"] = IBTEST_VERSION;
    driver["rules"] = std::move(rules_);
    ordered_json run = ordered_json::object();
    run["tool"] = object("driver", std::move(driver));
    run["columnKind"] = "unicodeCodePoints";
    run["invocations"] = ordered_json::array({invocation()});
    run["results"] = std::move(results);
    ordered_json log = ordered_json::object();
    log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    log["version"] = "2.1.0";
    log["runs"] = ordered_json::array({std::move(run)});
    return log.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  }

 private:
  /// Its place among the rules of the report, which has those that found something.
  std::size_t rule_index(const std::string& id) {
    const auto known = std::ranges::find(ids_, id);
    if (known != ids_.end()) return static_cast<std::size_t>(known - ids_.begin());
    ordered_json rule = ordered_json::object();
    rule["id"] = id;
    if (const RuleExplanation* explanation = find_explanation(id)) {
      const std::string text = one_line(explanation->text);
      rule["fullDescription"] = text_object(text);
      rule["help"] = text_object(text);
    }
    if (is_shellcheck_code(id)) rule["helpUri"] = shellcheck_page(id);
    if (const DiagnosticCode* code = find_rule(id))
      rule["defaultConfiguration"] = object("level", ordered_json(std::string(level_of(code->severity))));
    ids_.push_back(id);
    rules_.push_back(std::move(rule));
    return ids_.size() - 1;
  }

  ordered_json result_object(const Diagnostic& finding, const SourceText& source) {
    ordered_json artifact = object("uri", ordered_json(uri_of(finding.file)));
    ordered_json place = object("artifactLocation", artifact);
    if (finding.range.begin.line > 0) place["region"] = region_of(finding.range);
    ordered_json result = ordered_json::object();
    result["ruleId"] = finding.code;
    result["ruleIndex"] = rule_index(finding.code);
    result["level"] = std::string(level_of(finding.severity));
    result["message"] =
        text_object(finding.suggestion.empty() ? finding.message : finding.message + ": " + finding.suggestion);
    result["locations"] = ordered_json::array({object("physicalLocation", std::move(place))});
    if (!finding.fix.empty()) result["fixes"] = ordered_json::array({fix_object(finding, source, artifact)});
    return result;
  }

  static ordered_json fix_object(const Diagnostic& finding, const SourceText& source, const ordered_json& artifact) {
    ordered_json replacements = ordered_json::array();
    for (const TextEdit& edit : finding.fix) {
      ordered_json replacement = ordered_json::object();
      replacement["deletedRegion"] = region_of(source.range(edit.begin, edit.end));
      replacement["insertedContent"] = text_object(edit.replacement);
      replacements.push_back(std::move(replacement));
    }
    ordered_json change = object("artifactLocation", artifact);
    change["replacements"] = std::move(replacements);
    ordered_json fix = object("description", text_object(finding.suggestion));
    fix["artifactChanges"] = ordered_json::array({std::move(change)});
    return fix;
  }

  [[nodiscard]] ordered_json invocation() const {
    ordered_json notifications = ordered_json::array();
    for (const std::string& problem : result_->problems) {
      ordered_json notification = object("message", text_object(problem));
      notification["level"] = "error";
      notifications.push_back(std::move(notification));
    }
    ordered_json invocation = object("executionSuccessful", ordered_json(result_->problems.empty()));
    invocation["toolExecutionNotifications"] = std::move(notifications);
    return invocation;
  }

  const LintResult* result_;
  ordered_json rules_ = ordered_json::array();
  std::vector<std::string> ids_;
};

}  // namespace

std::string sarif_report(const LintResult& result) {
  return SarifReport(result).text();
}

}  // namespace ibtest
