#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace ibtest {

// The keys and words of component documents (section 1 of the language specification), for all who read or offer them:
// the checks, the JSON Schema, and completion and explanations in editors.

/// What the value of a key is.
enum class FieldType {
  text,          ///< any scalar, as its source text (STEP-8)
  name,          ///< a text that is_valid_name() accepts
  loop_name,     ///< a text of the characters of names, but not `unnamed_loop`
  word,          ///< one of `words`
  whole_number,  ///< not quoted
  number,        ///< a scalar with the text of a decimal number, or with a reference
  boolean,       ///< not quoted
  texts,         ///< a list of texts, not empty
  version,       ///< DOC-2
  action,        ///< the name of an action module
  nested,        ///< a list or mapping with rules of its own
};

/// A key of one of a document's mappings.
struct DocumentField {
  std::string_view name;
  FieldType type = FieldType::text;
  bool required = false;
  std::string_view default_word = {};               ///< of a text or a word; "" for none
  std::optional<std::int64_t> default_number = {};  ///< of a whole number
  std::span<const std::string_view> words = {};     ///< of other types than `word`: the usual ones, others are possible
  std::int64_t least = std::numeric_limits<std::int64_t>::min();  ///< of whole numbers
  bool not_zero = false;                                          ///< of whole numbers
  std::string_view description;                                   ///< a sentence, in Markdown
};

template <std::size_t Size>
[[nodiscard]] constexpr std::array<std::string_view, Size> names_of(const std::array<DocumentField, Size>& fields) {
  std::array<std::string_view, Size> names = {};
  for (std::size_t index = 0; index < Size; ++index)
    names[index] = fields[index].name;
  return names;
}

/// The row of a key; null pointer for none.
[[nodiscard]] constexpr const DocumentField* find_row(std::span<const DocumentField> fields, std::string_view name) {
  for (const DocumentField& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

/// Whether the value of the key with that name may be this number.
[[nodiscard]] constexpr bool may_be(std::span<const DocumentField> fields, std::string_view name, std::int64_t number) {
  const DocumentField* const field = find_row(fields, name);
  return field == nullptr || (number >= field->least && !(field->not_zero && number == 0));
}

// Names of phases, steps, parameters and constants (DOC-10, VAR-1).
inline constexpr std::size_t shortest_name = 3;
inline constexpr std::size_t longest_name = 128;
/// The characters of names, as between the brackets of a regular expression.
inline constexpr std::string_view name_characters = "0-9A-Za-z_-";
[[nodiscard]] constexpr bool is_name_character(char character) {
  for (std::size_t index = 0; index < name_characters.size(); ++index) {
    const bool is_range = index + 2 < name_characters.size() && name_characters[index + 1] == '-';
    const char last = name_characters[is_range ? index + 2 : index];
    if (character >= name_characters[index] && character <= last) return true;
    if (is_range) index += 2;
  }
  return false;
}

/// The only version of the format (DOC-2).
inline constexpr std::string_view schema_version = "1.0";
inline constexpr std::array<std::string_view, 1> schema_versions = {schema_version};

inline constexpr auto document_fields = std::to_array<DocumentField>({
    {.name = "name", .description = "Name of the document; people read it."},
    {.name = "description", .description = "What the component does; people read it."},
    {.name = "schemaVersion",
     .type = FieldType::version,
     .required = true,
     .words = schema_versions,
     .description = "Version of the document's format: `1.0`, the only one there is."},
    {.name = "parameters",
     .type = FieldType::nested,
     .description = "Values that a recipe or `--param` can set, used as `{{ Name }}`."},
    {.name = "constants",
     .type = FieldType::nested,
     .description = "Values that nothing can change, used as `{{ Name }}`."},
    {.name = "phases",
     .type = FieldType::nested,
     .required = true,
     .description = "What runs: `build` and `validate` on one machine, `test` on one booted from the image."},
    {.name = "disableLogging",
     .type = FieldType::boolean,
     .description = "Whether the output of all steps is kept out of the logs."},
});
inline constexpr auto document_keys = names_of(document_fields);

inline constexpr std::array<std::string_view, 1> variable_types = {"string"};

inline constexpr auto parameter_fields = std::to_array<DocumentField>({
    {.name = "type",
     .type = FieldType::word,
     .required = true,
     .words = variable_types,
     .description = "Always `string`."},
    {.name = "default", .description = "The value where none is given; without it one must be given."},
    {.name = "description", .description = "What the parameter is for."},
    {.name = "allowedValues",
     .type = FieldType::texts,
     .description = "A list of the values that it may have; any without it."},
});
inline constexpr auto parameter_keys = names_of(parameter_fields);

inline constexpr auto constant_fields = std::to_array<DocumentField>({
    {.name = "type",
     .type = FieldType::word,
     .required = true,
     .words = variable_types,
     .description = "Always `string`."},
    {.name = "value", .required = true, .description = "The value."},
});
inline constexpr auto constant_keys = names_of(constant_fields);

/// Phases that Image Builder runs (DOC-9).
inline constexpr std::array<std::string_view, 4> image_builder_phases = {"build", "validate", "test",
                                                                         "container-host-test"};
/// Phases of which a document has at least one (DOC-7).
inline constexpr std::array<std::string_view, 3> standard_phases = {"build", "validate", "test"};

/// Whether Image Builder runs the phase on a machine that was booted from the finished image.
[[nodiscard]] constexpr bool is_test_stage(std::string_view phase) {
  return phase == "test" || phase == "container-host-test";
}

inline constexpr auto phase_fields = std::to_array<DocumentField>({
    {.name = "name",
     .type = FieldType::name,
     .required = true,
     .words = image_builder_phases,
     .description = "`build`, `validate`, `test` or `container-host-test`; others never run in the cloud."},
    {.name = "steps",
     .type = FieldType::nested,
     .required = true,
     .description = "The steps, which run one after another."},
    {.name = "disableLogging",
     .type = FieldType::boolean,
     .description = "Whether the output of its steps is kept out of the logs."},
});
inline constexpr auto phase_keys = names_of(phase_fields);

inline constexpr std::array<std::string_view, 3> on_failure_values = {"Abort", "Continue", "Ignore"};
inline constexpr std::int64_t no_time_limit = -1;  ///< as `timeoutSeconds`
inline constexpr std::int64_t default_timeout_seconds = 7200;
/// The action of which `timeoutSeconds` can only be -1, and `maxAttempts` 1 (STEP-6).
inline constexpr std::string_view action_without_limits = "ExecuteDocument";

inline constexpr auto step_fields = std::to_array<DocumentField>({
    {.name = "name",
     .type = FieldType::name,
     .required = true,
     .description = "Name of the step, unique within its phase, 3 to 128 letters, digits, `-` and `_`."},
    {.name = "action",
     .type = FieldType::action,
     .required = true,
     .description = "The action module that the step runs."},
    {.name = "timeoutSeconds",
     .type = FieldType::whole_number,
     .default_number = default_timeout_seconds,
     .least = no_time_limit,
     .not_zero = true,
     .description = "Seconds after which an attempt is stopped; 7200 without it, -1 for no limit."},
    {.name = "onFailure",
     .type = FieldType::word,
     .default_word = "Abort",
     .words = on_failure_values,
     .description = "`Abort` (without it) stops the run, `Continue` runs the other steps and fails in the end, "
                    "`Ignore` lets the run succeed."},
    {.name = "maxAttempts",
     .type = FieldType::whole_number,
     .default_number = 1,
     .least = 1,
     .description = "How often the step is tried, the first time included; 1 without it."},
    {.name = "inputs", .type = FieldType::nested, .description = "What the action is given."},
    {.name = "loop", .type = FieldType::nested, .description = "Runs the step once for each value."},
    {.name = "if", .type = FieldType::nested, .description = "A condition on which the step runs."},
    {.name = "disableLogging",
     .type = FieldType::boolean,
     .description = "Whether the output of the step is kept out of the logs."},
});
inline constexpr auto step_keys = names_of(step_fields);

inline constexpr auto loop_fields = std::to_array<DocumentField>({
    {.name = "name",
     .type = FieldType::loop_name,
     .description = "Name of its variables `{{ name.value }}` and `{{ name.index }}`; `loop` without it."},
    {.name = "for", .type = FieldType::nested, .description = "Counts from `start` to `end` by `updateBy`."},
    {.name = "forEach", .type = FieldType::nested, .description = "A list of values, or a text to split."},
});
inline constexpr auto loop_keys = names_of(loop_fields);
/// A loop cannot have this name: its variables have it anyway (LOOP-4).
inline constexpr std::string_view unnamed_loop = "loop";

inline constexpr auto for_fields = std::to_array<DocumentField>({
    {.name = "start", .type = FieldType::whole_number, .required = true, .description = "The first number."},
    {.name = "end",
     .type = FieldType::whole_number,
     .required = true,
     .description = "The last number that may be reached."},
    {.name = "updateBy",
     .type = FieldType::whole_number,
     .required = true,
     .not_zero = true,
     .description = "What is added each time; not 0, and it may be negative."},
});
inline constexpr auto for_keys = names_of(for_fields);

inline constexpr std::array<std::string_view, 9> delimiters = {".", ",", ";", ":", "\n", "\t", " ", "-", "_"};

inline constexpr auto for_each_fields = std::to_array<DocumentField>({
    {.name = "list", .required = true, .description = "The text that is split."},
    {.name = "delimiter",
     .type = FieldType::word,
     .default_word = ",",
     .words = delimiters,
     .description = "One of `.` `,` `;` `:` `-` `_`, a blank, a tab or a line feed; `,` without it."},
});
inline constexpr auto for_each_keys = names_of(for_each_fields);

/// Operators of conditions (section 5): the type is that of the first operand.
inline constexpr auto operator_fields = std::to_array<DocumentField>({
    {.name = "stringIsEmpty", .description = "Whether the text is empty."},
    {.name = "stringIsWhitespace", .description = "Whether the text holds nothing but blanks."},
    {.name = "stringEquals", .description = "Whether `value` is this text."},
    {.name = "stringLessThan", .description = "Whether `value` sorts before this text."},
    {.name = "stringLessThanEquals", .description = "Whether `value` is this text or sorts before it."},
    {.name = "stringGreaterThan", .description = "Whether `value` sorts behind this text."},
    {.name = "stringGreaterThanEquals", .description = "Whether `value` is this text or sorts behind it."},
    {.name = "patternMatches", .description = "Whether `value` matches this regular expression (RE2)."},
    {.name = "numberEquals", .type = FieldType::number, .description = "Whether `value` is this number."},
    {.name = "numberLessThan", .type = FieldType::number, .description = "Whether `value` is less than this number."},
    {.name = "numberLessThanEquals",
     .type = FieldType::number,
     .description = "Whether `value` is at most this number."},
    {.name = "numberGreaterThan",
     .type = FieldType::number,
     .description = "Whether `value` is greater than this number."},
    {.name = "numberGreaterThanEquals",
     .type = FieldType::number,
     .description = "Whether `value` is at least this number."},
    {.name = "binaryExists", .description = "Whether there is a program of this name."},
    {.name = "fileExists", .description = "Whether there is a file at this path."},
    {.name = "folderExists", .description = "Whether there is a folder at this path."},
    {.name = "fileMD5Equals", .description = "Whether the file at `path` has this MD5 digest."},
    {.name = "fileSHA1Equals", .description = "Whether the file at `path` has this SHA-1 digest."},
    {.name = "fileSHA256Equals", .description = "Whether the file at `path` has this SHA-256 digest."},
    {.name = "fileSHA512Equals", .description = "Whether the file at `path` has this SHA-512 digest."},
    {.name = "and", .type = FieldType::nested, .description = "Whether all conditions of the list hold."},
    {.name = "or", .type = FieldType::nested, .description = "Whether one of the conditions of the list holds."},
    {.name = "not", .type = FieldType::nested, .description = "Whether the one condition in it does not hold."},
});
inline constexpr auto operator_names = names_of(operator_fields);

[[nodiscard]] constexpr bool is_logical_operator(std::string_view name) {
  return name == "and" || name == "or" || name == "not";
}
/// The key that holds the second operand of an operator, `value` or `path`; empty for operators of one (COND-9).
[[nodiscard]] constexpr std::string_view second_operand_key(std::string_view name) {
  if (name.ends_with("Exists") || name == "stringIsEmpty" || name == "stringIsWhitespace" || is_logical_operator(name))
    return {};
  return name.starts_with("file") ? "path" : "value";
}
inline constexpr auto operand_fields = std::to_array<DocumentField>({
    {.name = "value", .description = "What is looked at; the operator holds what it is compared with."},
    {.name = "path", .description = "The file that is looked at; the operator holds its digest."},
});
inline constexpr auto operand_keys = names_of(operand_fields);

/// Values of `then` and `else`.
inline constexpr std::array<std::string_view, 3> outcome_names = {"Execute", "Skip", "Abort"};
inline constexpr auto outcome_fields = std::to_array<DocumentField>({
    {.name = "then",
     .type = FieldType::word,
     .default_word = "Execute",
     .words = outcome_names,
     .description = "What happens when the condition holds: `Execute` (without it), `Skip` or `Abort`."},
    {.name = "else",
     .type = FieldType::word,
     .default_word = "Skip",
     .words = outcome_names,
     .description = "What happens when it does not: `Skip` (without it), `Execute` or `Abort`."},
});
inline constexpr auto outcome_keys = names_of(outcome_fields);

/// Names behind `context:` (VAR-23).
inline constexpr std::array<std::string_view, 12> context_keys = {"executionId", "accountId", "region", "osPlatform",
                                                                  "osName",      "osVersion", "date",   "dateTime",
                                                                  "uuid",        "hostname",  "phase",  "step"};

}  // namespace ibtest
