#pragma once

#include <array>
#include <string_view>

namespace ibtest {

/// What a finding of the checks is for a JSON Schema.
enum class InSchema {
  refused,  ///< structure: the schema refuses the document too
  partly,   ///< the schema refuses some of it, for the reason in the row
  beyond,   ///< the schema cannot say it, for the reason in the row
  text,     ///< of the text or its YAML: the document does not come to the schema as it is meant
};

struct CodeRow {
  std::string_view code;
  InSchema in_schema;
  std::string_view reason = {};
};

inline constexpr std::string_view of_text = "YAML parsers decide";
inline constexpr std::string_view of_value = "a rule about one value, which its action knows";
inline constexpr std::string_view of_values = "a rule between values";
inline constexpr std::string_view of_names = "names that are unique, or that lead to something";
inline constexpr std::string_view of_other_files = "other documents";
inline constexpr std::string_view of_advice = "the document is fine as it stands";
inline constexpr std::string_view of_platform = "the platform is not in the document";

/// Every code of diagnostic_codes.hpp, in its order.
inline constexpr auto code_rows = std::to_array<CodeRow>({
    {"empty-document", InSchema::text, of_text},
    {"binary-file", InSchema::text, of_text},
    {"not-utf8", InSchema::text, of_text},
    {"nul-character", InSchema::text, of_text},
    {"control-character", InSchema::text, of_text},
    {"document-too-large", InSchema::text, of_text},
    {"over-inline-limit", InSchema::beyond, "the size of the file"},
    {"near-inline-limit", InSchema::beyond, of_advice},
    {"nesting-too-deep", InSchema::text, of_text},
    {"too-many-values", InSchema::text, of_text},
    {"cyclic-alias", InSchema::text, of_text},
    {"unknown-alias", InSchema::text, of_text},
    {"unused-anchor", InSchema::beyond, "anchors are gone when YAML is read"},
    {"several-documents", InSchema::text, of_text},
    {"yaml-directive", InSchema::text, of_text},
    {"duplicate-key", InSchema::text, of_text},
    {"key-not-text", InSchema::text, of_text},
    {"merge-not-mapping", InSchema::text, of_text},
    {"tab-indentation", InSchema::text, of_text},
    {"bad-indentation", InSchema::text, of_text},
    {"missing-colon", InSchema::text, of_text},
    {"unterminated-quote", InSchema::text, of_text},
    {"text-after-value", InSchema::text, of_text},
    {"unbalanced-bracket", InSchema::text, of_text},
    {"missing-comma", InSchema::text, of_text},
    {"bad-escape", InSchema::text, of_text},
    {"path-escape", InSchema::beyond, of_value},
    {"unquoted-reference", InSchema::text, of_text},
    {"unquoted-colon", InSchema::text, of_text},
    {"reserved-character", InSchema::text, of_text},
    {"unknown-tag", InSchema::text, of_text},
    {"block-header", InSchema::text, of_text},
    {"yaml-syntax", InSchema::text, of_text},
    {"wrong-type", InSchema::refused},
    {"unknown-key", InSchema::refused},
    {"missing-key", InSchema::refused},
    {"schema-version", InSchema::refused},
    {"no-phases", InSchema::refused},
    {"no-standard-phase", InSchema::refused},
    {"duplicate-phase", InSchema::beyond, of_names},
    {"phase-never-runs", InSchema::beyond, of_advice},
    {"invalid-name", InSchema::refused},
    {"empty-steps", InSchema::beyond, of_advice},
    {"duplicate-step", InSchema::beyond, of_names},
    {"invalid-timeout", InSchema::refused},
    {"invalid-attempts", InSchema::refused},
    {"invalid-on-failure", InSchema::refused},
    {"execute-document-limits", InSchema::refused},
    {"document-cycle", InSchema::beyond, of_other_files},
    {"document-nesting", InSchema::beyond, of_other_files},
    {"child-document", InSchema::beyond, of_other_files},
    {"child-parameters", InSchema::beyond, of_other_files},
    {"variable-name", InSchema::refused},
    {"duplicate-variable", InSchema::beyond, of_names},
    {"variable-type", InSchema::refused},
    {"value-not-allowed", InSchema::partly, "an empty list is refused; a default that is not on the list is not seen"},
    {"reference-not-allowed", InSchema::refused},
    {"loop-kind", InSchema::refused},
    {"loop-name", InSchema::refused},
    {"duplicate-loop", InSchema::beyond, of_names},
    {"loop-range", InSchema::partly, "`updateBy: 0` is refused; whether it leads away from `end` is not seen"},
    {"loop-empty", InSchema::refused},
    {"loop-delimiter", InSchema::refused},
    {"condition-operator", InSchema::refused},
    {"condition-operand", InSchema::refused},
    {"one-item-list", InSchema::refused},
    {"condition-outcome", InSchema::refused},
    {"condition-empty", InSchema::refused},
    {"condition-depth", InSchema::beyond, "a schema of conditions holds itself, at any depth"},
    {"condition-pattern", InSchema::beyond, "regular expressions of another kind"},
    {"condition-never-true", InSchema::beyond, of_advice},
    {"unknown-action", InSchema::refused},
    {"action-platform", InSchema::beyond, of_platform},
    {"action-platform-if-reached", InSchema::beyond, of_platform},
    {"missing-inputs", InSchema::refused},
    {"inputs-shape", InSchema::refused},
    {"single-mapping", InSchema::refused},
    {"missing-input", InSchema::refused},
    {"empty-input", InSchema::refused},
    {"one-of-inputs", InSchema::refused},
    {"unknown-input", InSchema::refused},
    {"input-not-text", InSchema::refused},
    {"empty-item", InSchema::partly, "null is refused; that packages need a name is of UpdateOS alone"},
    {"input-not-boolean", InSchema::refused},
    {"input-not-integer", InSchema::refused},
    {"input-not-accepted", InSchema::partly, "words of a list are refused; flags of msiexec are not seen"},
    {"input-platform", InSchema::beyond, of_platform},
    {"invalid-permissions", InSchema::beyond, "YAML has made a number of the digits"},
    {"special-permissions", InSchema::beyond, of_value},
    {"recursive-permissions", InSchema::beyond, of_advice},
    {"not-repeatable", InSchema::beyond, of_values},
    {"nul-in-input", InSchema::beyond, of_value},
    {"path-backslash", InSchema::beyond, of_value},
    {"path-not-expanded", InSchema::beyond, of_value},
    {"path-control-character", InSchema::beyond, of_value},
    {"path-is-folder", InSchema::beyond, of_value},
    {"relative-link-target", InSchema::beyond, of_value},
    {"wildcard-place", InSchema::beyond, of_value},
    {"wildcard-literal", InSchema::beyond, of_value},
    {"wildcard-not-expanded", InSchema::beyond, of_value},
    {"wildcard-destination", InSchema::beyond, of_value},
    {"delete-root", InSchema::beyond, of_value},
    {"owner-with-group", InSchema::beyond, of_value},
    {"msi-property", InSchema::beyond, of_value},
    {"registry-path", InSchema::beyond, of_value},
    {"registry-value", InSchema::beyond, of_values},
    {"registry-user-hive", InSchema::beyond, of_value},
    {"source-not-url", InSchema::beyond, of_value},
    {"download-without-name", InSchema::beyond, of_values},
    {"checksum-not-verified", InSchema::beyond, of_values},
    {"checksum-form", InSchema::beyond, of_values},
    {"certificate-errors-ignored", InSchema::beyond, of_advice},
    {"s3-location", InSchema::beyond, of_value},
    {"s3-wildcard-place", InSchema::beyond, of_value},
    {"s3-prefix-without-slash", InSchema::beyond, of_value},
    {"s3-destination-is-folder", InSchema::beyond, of_values},
    {"s3-folder-without-recurse", InSchema::beyond, of_values},
    {"bucket-owner", InSchema::beyond, "YAML has made a number of the digits"},
    {"component-arn", InSchema::beyond, of_value},
    {"command-is-mapping", InSchema::refused},
    {"command-is-list", InSchema::refused},
    {"command-is-empty", InSchema::refused},
    {"undeclared-reference", InSchema::beyond, of_names},
    {"parameter-without-default", InSchema::beyond, of_advice},
    {"invalid-reference", InSchema::beyond, of_names},
    {"suspicious-reference", InSchema::beyond, of_names},
    {"chaining-unknown-phase", InSchema::beyond, of_names},
    {"chaining-unknown-step", InSchema::beyond, of_names},
    {"chaining-unknown-key", InSchema::beyond, of_names},
    {"chaining-order", InSchema::beyond, of_names},
    {"chaining-index", InSchema::beyond, of_names},
    {"chaining-not-allowed", InSchema::beyond, of_names},
    {"cross-stage-reference", InSchema::beyond, of_names},
    {"loop-reference", InSchema::beyond, of_names},
    {"reboot-timeout", InSchema::beyond, of_advice},
    {"metadata-path", InSchema::beyond, of_names},
    {"unknown-context-key", InSchema::beyond, of_names},
    {"constant-override", InSchema::beyond, "values from outside"},
});

}  // namespace ibtest
