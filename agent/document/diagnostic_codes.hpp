#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "agent/document/diagnostic.hpp"

namespace ibtest {

/// One kind of finding: its stable name, how bad it is, and the rule of the specification behind it.
struct DiagnosticCode {
  std::string_view name;
  Severity severity;
  std::string_view rule;
  bool lenient = false;  ///< only warned of because the service may accept it; an error in a strict run (EMU-19)
};

/// Every finding about a component document, in the order in which a document is read.
inline constexpr auto diagnostic_codes = std::to_array<DiagnosticCode>({
    // The text and its YAML.
    {"empty-document", Severity::error, "DOC-1"},
    {"binary-file", Severity::error, "DOC-1"},
    {"not-utf8", Severity::error, "DOC-1"},
    {"nul-character", Severity::error, "DOC-11"},
    {"control-character", Severity::error, "DOC-1"},
    {"document-too-large", Severity::error, "DOC-11"},
    {"over-inline-limit", Severity::warning, "DOC-11"},
    {"near-inline-limit", Severity::warning, "SVC-9"},
    {"nesting-too-deep", Severity::error, "DOC-4"},
    {"too-many-values", Severity::error, "DOC-4"},
    {"cyclic-alias", Severity::error, "DOC-4"},
    {"unknown-alias", Severity::error, "GOTCHA-20"},
    {"unused-anchor", Severity::warning, "GOTCHA-20"},
    {"several-documents", Severity::error, "DOC-4"},
    {"yaml-directive", Severity::error, "DOC-1"},
    {"duplicate-key", Severity::error, "DOC-4"},
    {"key-not-text", Severity::error, "DOC-1"},
    {"merge-not-mapping", Severity::error, "DOC-4"},
    {"tab-indentation", Severity::error, "DOC-1"},
    {"bad-indentation", Severity::error, "DOC-1"},
    {"missing-colon", Severity::error, "DOC-1"},
    {"unterminated-quote", Severity::error, "DOC-1"},
    {"text-after-value", Severity::error, "DOC-1"},
    {"unbalanced-bracket", Severity::error, "DOC-1"},
    {"missing-comma", Severity::error, "DOC-1"},
    {"bad-escape", Severity::error, "GOTCHA-20"},
    {"path-escape", Severity::warning, "GOTCHA-20"},
    {"unquoted-reference", Severity::error, "GOTCHA-20"},
    {"unquoted-colon", Severity::error, "GOTCHA-20"},
    {"reserved-character", Severity::error, "GOTCHA-20"},
    {"unknown-tag", Severity::error, "GOTCHA-20"},
    {"block-header", Severity::error, "DOC-1"},
    {"yaml-syntax", Severity::error, "DOC-1"},
    // The document, its variables, phases and steps.
    {"wrong-type", Severity::error, "DOC-1"},
    {"unknown-key", Severity::error, "DOC-3"},
    {"missing-key", Severity::error, "DOC-5"},
    {"schema-version", Severity::error, "DOC-2"},
    {"no-phases", Severity::error, "DOC-5"},
    {"no-standard-phase", Severity::error, "DOC-7"},
    {"duplicate-phase", Severity::error, "DOC-6"},
    {"phase-never-runs", Severity::warning, "DOC-9"},
    {"invalid-name", Severity::error, "DOC-10"},
    {"empty-steps", Severity::warning, "DOC-5"},
    {"duplicate-step", Severity::error, "STEP-F-name"},
    {"invalid-timeout", Severity::error, "STEP-F-timeoutSeconds"},
    {"invalid-attempts", Severity::error, "STEP-F-maxAttempts"},
    {"invalid-on-failure", Severity::error, "STEP-F-onFailure"},
    {"execute-document-limits", Severity::error, "STEP-6"},
    {"document-cycle", Severity::error, "STEP-6"},
    {"document-nesting", Severity::error, "EXECUTEDOCUMENT-2"},
    {"child-document", Severity::warning, "EXECUTEDOCUMENT-4"},
    {"child-parameters", Severity::warning, "EXECUTEDOCUMENT-7"},
    {"variable-name", Severity::error, "VAR-1"},
    {"duplicate-variable", Severity::error, "VAR-2"},
    {"variable-type", Severity::error, "VAR-3"},
    {"value-not-allowed", Severity::error, "VAR-4"},
    {"reference-not-allowed", Severity::error, "VAR-8"},
    {"loop-kind", Severity::error, "LOOP-F-name"},
    {"loop-name", Severity::error, "LOOP-F-name"},
    {"duplicate-loop", Severity::error, "LOOP-F-name"},
    {"loop-range", Severity::error, "LOOP-2"},
    {"loop-empty", Severity::error, "LOOP-8"},
    {"loop-delimiter", Severity::error, "LOOP-F-delimiter"},
    {"condition-operator", Severity::error, "COND-6"},
    {"condition-operand", Severity::error, "COND-6"},
    {"one-item-list", Severity::warning, "COND-1"},
    {"condition-outcome", Severity::error, "COND-2"},
    {"condition-empty", Severity::error, "COND-22"},
    {"condition-depth", Severity::error, "COND-21"},
    {"condition-pattern", Severity::error, "COND-17"},
    {"condition-never-true", Severity::warning, "COND-12"},
    // Actions and their inputs.
    {"unknown-action", Severity::error, "STEP-2"},
    {"action-platform", Severity::error, "STEP-5"},
    {"action-platform-if-reached", Severity::warning, "GEN-14", true},
    {"missing-inputs", Severity::error, "STEP-4"},
    {"inputs-shape", Severity::error, "GEN-2"},
    {"single-mapping", Severity::warning, "GEN-2"},
    {"missing-input", Severity::error, "GEN-4"},
    {"empty-input", Severity::error, "GEN-4"},
    {"one-of-inputs", Severity::error, "EXECUTEPOWERSHELL-1"},
    {"unknown-input", Severity::warning, "GEN-5", true},
    {"input-not-text", Severity::error, "GEN-6"},
    {"empty-item", Severity::error, "GOTCHA-20"},
    {"input-not-boolean", Severity::error, "GEN-7"},
    {"input-not-integer", Severity::error, "GEN-8"},
    {"input-not-accepted", Severity::error, "ENC-1"},
    {"input-platform", Severity::error, "CREATEFILE-5"},
    {"invalid-permissions", Severity::error, "PERM-1"},
    {"special-permissions", Severity::warning, "PERM-2"},
    {"recursive-permissions", Severity::hint, "SETFOLDERPERMISSIONS-1"},
    {"not-repeatable", Severity::warning, "LIST-3"},
    {"nul-in-input", Severity::error, "PATH-4"},
    {"path-backslash", Severity::warning, "PATH-1"},
    {"path-not-expanded", Severity::warning, "PATH-2"},
    {"path-control-character", Severity::warning, "PATH-4"},
    {"path-is-folder", Severity::error, "CREATEFILE-6"},
    {"relative-link-target", Severity::warning, "CREATESYMLINK-2"},
    {"wildcard-place", Severity::error, "GLOB-2"},
    {"wildcard-literal", Severity::warning, "GLOB-1"},
    {"wildcard-not-expanded", Severity::warning, "GLOB-1"},
    {"wildcard-destination", Severity::warning, "COPYFILE-4"},
    {"delete-root", Severity::error, "DELETEFOLDER-4"},
    {"owner-with-group", Severity::error, "OWN-2"},
    {"msi-property", Severity::error, "INSTALLMSI-5"},
    {"registry-path", Severity::error, "SETREGISTRY-1"},
    {"registry-value", Severity::warning, "SETREGISTRY-3"},
    {"registry-user-hive", Severity::hint, "SETREGISTRY-4"},
    {"source-not-url", Severity::error, "WEBDOWNLOAD-9"},
    {"download-without-name", Severity::error, "WEBDOWNLOAD-2"},
    {"checksum-not-verified", Severity::warning, "WEBDOWNLOAD-6"},
    {"checksum-form", Severity::warning, "WEBDOWNLOAD-6"},
    {"certificate-errors-ignored", Severity::warning, "WEBDOWNLOAD-12"},
    {"s3-location", Severity::error, "S3DOWNLOAD-10"},
    {"s3-wildcard-place", Severity::error, "S3DOWNLOAD-3"},
    {"s3-prefix-without-slash", Severity::warning, "S3DOWNLOAD-3"},
    {"s3-destination-is-folder", Severity::error, "S3DOWNLOAD-1"},
    {"s3-folder-without-recurse", Severity::error, "S3UPLOAD-5"},
    {"bucket-owner", Severity::error, "S3DOWNLOAD-9"},
    {"component-arn", Severity::error, "EXECUTEDOCUMENT-5"},
    {"command-is-mapping", Severity::error, "EXECUTEBASH-8"},
    {"command-is-list", Severity::error, "GOTCHA-20"},
    {"command-is-empty", Severity::warning, "GOTCHA-20", true},
    // References.
    {"undeclared-reference", Severity::error, "VAR-11"},
    {"parameter-without-default", Severity::warning, "VAR-15"},
    {"invalid-reference", Severity::error, "CHAIN-1"},
    {"suspicious-reference", Severity::warning, "GOTCHA-21"},
    {"chaining-unknown-phase", Severity::error, "CHAIN-7"},
    {"chaining-unknown-step", Severity::error, "CHAIN-7"},
    {"chaining-unknown-key", Severity::error, "CHAIN-7"},
    {"chaining-order", Severity::error, "CHAIN-5"},
    {"chaining-index", Severity::error, "CHAIN-8"},
    {"chaining-not-allowed", Severity::error, "CHAIN-3"},
    {"cross-stage-reference", Severity::warning, "CHAIN-6"},
    {"loop-reference", Severity::warning, "LOOP-5"},
    {"reboot-timeout", Severity::warning, "REBOOT-6"},
    {"metadata-path", Severity::error, "VAR-22"},
    {"unknown-context-key", Severity::error, "VAR-23"},
    // Values given from outside.
    {"constant-override", Severity::error, "VAR-5"},
});

/// A code that is in the table.
class CodeName {
 public:
  explicit constexpr CodeName(const DiagnosticCode& code) : code_(&code) {}

  [[nodiscard]] constexpr const DiagnosticCode& code() const { return *code_; }

 private:
  const DiagnosticCode* code_;
};

/// The text of a string literal as a template argument.
template <std::size_t Size>
struct LiteralText {
  // Implicit, as literal operator templates need it.
  constexpr LiteralText(const char (&text)[Size]) {
    for (std::size_t index = 0; index < Size; ++index)
      characters[index] = text[index];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {characters, Size - 1}; }

  char characters[Size] = {};
};

/// `"unknown-key"_code`: a name that is not in the table does not compile. (A consteval constructor would spare the
/// suffix, but makes Clang 14 destroy the other arguments too late.)
template <LiteralText Name>
constexpr CodeName operator""_code() {
  constexpr std::size_t index = [] {
    std::size_t place = 0;
    while (place < diagnostic_codes.size() && diagnostic_codes[place].name != Name.view())
      ++place;
    return place;
  }();
  static_assert(index < diagnostic_codes.size(), "no such code in diagnostic_codes");
  return CodeName(diagnostic_codes[index]);
}

}  // namespace ibtest
