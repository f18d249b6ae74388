#pragma once

#include <array>
#include <string_view>

namespace ibtest {

// The keys and words of component documents (section 1 of the language specification), for all who read or offer them.

inline constexpr std::array<std::string_view, 7> document_keys = {
    "name", "description", "schemaVersion", "parameters", "constants", "phases", "disableLogging"};
inline constexpr std::array<std::string_view, 4> parameter_keys = {"type", "default", "description", "allowedValues"};
inline constexpr std::array<std::string_view, 2> constant_keys = {"type", "value"};
inline constexpr std::array<std::string_view, 1> variable_types = {"string"};

inline constexpr std::array<std::string_view, 3> phase_keys = {"name", "steps", "disableLogging"};
/// Phases that Image Builder runs (DOC-9).
inline constexpr std::array<std::string_view, 4> image_builder_phases = {"build", "validate", "test",
                                                                         "container-host-test"};

/// Whether Image Builder runs the phase on a machine that was booted from the finished image.
[[nodiscard]] constexpr bool is_test_stage(std::string_view phase) {
  return phase == "test" || phase == "container-host-test";
}

inline constexpr std::array<std::string_view, 9> step_keys = {
    "name", "action", "timeoutSeconds", "onFailure", "maxAttempts", "inputs", "loop", "if", "disableLogging"};
inline constexpr std::array<std::string_view, 3> on_failure_values = {"Abort", "Continue", "Ignore"};

inline constexpr std::array<std::string_view, 3> loop_keys = {"name", "for", "forEach"};
inline constexpr std::array<std::string_view, 3> for_keys = {"start", "end", "updateBy"};
inline constexpr std::array<std::string_view, 2> for_each_keys = {"list", "delimiter"};

/// Operators of conditions (section 5).
inline constexpr std::array<std::string_view, 23> operator_names = {"stringIsEmpty",
                                                                    "stringIsWhitespace",
                                                                    "stringEquals",
                                                                    "stringLessThan",
                                                                    "stringLessThanEquals",
                                                                    "stringGreaterThan",
                                                                    "stringGreaterThanEquals",
                                                                    "patternMatches",
                                                                    "numberEquals",
                                                                    "numberLessThan",
                                                                    "numberLessThanEquals",
                                                                    "numberGreaterThan",
                                                                    "numberGreaterThanEquals",
                                                                    "binaryExists",
                                                                    "fileExists",
                                                                    "folderExists",
                                                                    "fileMD5Equals",
                                                                    "fileSHA1Equals",
                                                                    "fileSHA256Equals",
                                                                    "fileSHA512Equals",
                                                                    "and",
                                                                    "or",
                                                                    "not"};
[[nodiscard]] constexpr bool is_logical_operator(std::string_view name) {
  return name == "and" || name == "or" || name == "not";
}
/// The key that holds the second operand of an operator, `value` or `path`; empty for operators of one (COND-9).
[[nodiscard]] constexpr std::string_view second_operand_key(std::string_view name) {
  if (name.ends_with("Exists") || name == "stringIsEmpty" || name == "stringIsWhitespace" || is_logical_operator(name))
    return {};
  return name.starts_with("file") ? "path" : "value";
}
/// Values of `then` and `else`.
inline constexpr std::array<std::string_view, 3> outcome_names = {"Execute", "Skip", "Abort"};

/// Names behind `context:` (VAR-23).
inline constexpr std::array<std::string_view, 12> context_keys = {"executionId", "accountId", "region", "osPlatform",
                                                                  "osName",      "osVersion", "date",   "dateTime",
                                                                  "uuid",        "hostname",  "phase",  "step"};

}  // namespace ibtest
