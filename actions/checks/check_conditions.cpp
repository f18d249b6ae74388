#include "actions/checks/check_conditions.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "actions/checks/check_values.hpp"
#include "agent/document/decimal.hpp"
#include "agent/document/unicode.hpp"
#include "agent/expression/condition.hpp"
#include "agent/http/digest.hpp"

namespace ibtest {

namespace {

void check_pattern(const YamlNode& pattern, Findings& findings) {
  const std::string error = pattern_error(pattern.text);
  if (error.empty()) return;
  findings.add("condition-pattern"_code, pattern.range,
               in_backticks(pattern.text) + " is no regular expression: " + error,
               "patterns are written as in Go (RE2): no look-around, no back-references");
}

/// The algorithm of `fileSHA256Equals` and its like.
std::optional<DigestAlgorithm> digest_of(std::string_view operator_name) {
  for (const std::string_view name : digest_names) {
    if (operator_name == "file" + std::string(name) + "Equals") return digest_from_name(name);
  }
  return std::nullopt;
}

void check_digest(const YamlNode& digest, DigestAlgorithm algorithm, Findings& findings) {
  const std::size_t length = digest_length(algorithm);
  const bool is_hexadecimal = digest.text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (is_hexadecimal && digest.text.size() == length) return;
  findings.add(
      "condition-never-true"_code, digest.range,
      "this is never true: " + std::string(digest_name(algorithm)) + " digests have " + std::to_string(length) +
          " hexadecimal digits" +
          (is_hexadecimal ? ", and this has " + std::to_string(digest.text.size()) : std::string()),
      is_hexadecimal ? "copy the whole digest, and check the operator" : "copy the digest without anything else");
}

// NOLINTNEXTLINE(misc-no-recursion): validation bounds the depth (COND-21).
void check_condition(const Condition& condition, Findings& findings) {
  for (const Condition& operand : condition.operands)
    check_condition(operand, findings);
  const std::string_view name = condition.operator_name;
  if (condition.second && name.starts_with("number") && is_known_text(*condition.second) &&
      !is_decimal(condition.second->text)) {
    findings.add("condition-never-true"_code, condition.second->range,
                 "this is never true: " + in_backticks(condition.second->text) + " is no number",
                 "numbers are written like 2, -3 or 2.5; compare other texts with `stringEquals`");
  }
  if (!condition.operand || !is_known_text(*condition.operand)) return;
  const YamlNode& operand = *condition.operand;
  constexpr std::array<std::string_view, 3> existence = {"binaryExists", "fileExists", "folderExists"};
  if (name == "patternMatches") {
    check_pattern(operand, findings);
  } else if (const auto algorithm = digest_of(name)) {
    check_digest(operand, *algorithm, findings);
  } else if (operand.text.empty() && std::ranges::find(existence, name) != existence.end()) {
    findings.add("condition-never-true"_code, operand.range, "this is never true: the name is empty",
                 "write the name of the file, folder or program");
  }
}

}  // namespace

void check_conditions(const Step& step, Findings& findings) {
  if (step.condition) check_condition(step.condition->condition, findings);
  if (step.assertion) check_condition(*step.assertion, findings);
}

}  // namespace ibtest
