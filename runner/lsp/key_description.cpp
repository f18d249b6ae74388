#include "runner/lsp/key_description.hpp"

#include <algorithm>
#include <array>

namespace ibtest {

namespace {

struct KeyRow {
  DocumentPart part;
  std::string_view key;
  std::string_view description;
};

constexpr auto rows = std::to_array<KeyRow>({
    {DocumentPart::document, "name", "Name of the document; people read it."},
    {DocumentPart::document, "description", "What the component does; people read it."},
    {DocumentPart::document, "schemaVersion", "Version of the document's format: `1.0`, the only one there is."},
    {DocumentPart::document, "parameters", "Values that a recipe or `--param` can set, used as `{{ Name }}`."},
    {DocumentPart::document, "constants", "Values that nothing can change, used as `{{ Name }}`."},
    {DocumentPart::document, "phases",
     "What runs: `build` and `validate` on one machine, `test` on one booted from "
     "the image."},
    {DocumentPart::document, "disableLogging", "Whether the output of all steps is kept out of the logs."},
    {DocumentPart::parameter, "type", "Always `string`."},
    {DocumentPart::parameter, "default", "The value where none is given; without it one must be given."},
    {DocumentPart::parameter, "description", "What the parameter is for."},
    {DocumentPart::parameter, "allowedValues", "A list of the values that it may have; any without it."},
    {DocumentPart::constant, "type", "Always `string`."},
    {DocumentPart::constant, "value", "The value."},
    {DocumentPart::phase, "name",
     "`build`, `validate`, `test` or `container-host-test`; others never run in the "
     "cloud."},
    {DocumentPart::phase, "steps", "The steps, which run one after another."},
    {DocumentPart::phase, "disableLogging", "Whether the output of its steps is kept out of the logs."},
    {DocumentPart::step, "name", "Name of the step, unique within its phase, 3 to 128 letters, digits, `-` and `_`."},
    {DocumentPart::step, "action", "The action module that the step runs."},
    {DocumentPart::step, "timeoutSeconds",
     "Seconds after which an attempt is stopped; 7200 without it, -1 for no "
     "limit."},
    {DocumentPart::step, "onFailure",
     "`Abort` (without it) stops the run, `Continue` runs the other steps and fails "
     "in the end, `Ignore` lets the run succeed."},
    {DocumentPart::step, "maxAttempts", "How often the step is tried, the first time included; 1 without it."},
    {DocumentPart::step, "inputs", "What the action is given."},
    {DocumentPart::step, "loop", "Runs the step once for each value."},
    {DocumentPart::step, "if", "A condition on which the step runs."},
    {DocumentPart::step, "disableLogging", "Whether the output of the step is kept out of the logs."},
    {DocumentPart::loop, "name", "Name of its variables `{{ name.value }}` and `{{ name.index }}`; `loop` without it."},
    {DocumentPart::loop, "for", "Counts from `start` to `end` by `updateBy`."},
    {DocumentPart::loop, "forEach", "A list of values, or a text to split."},
    {DocumentPart::for_loop, "start", "The first number."},
    {DocumentPart::for_loop, "end", "The last number that may be reached."},
    {DocumentPart::for_loop, "updateBy", "What is added each time; not 0, and it may be negative."},
    {DocumentPart::for_each, "list", "The text that is split."},
    {DocumentPart::for_each, "delimiter",
     "One of `.` `,` `;` `:` `-` `_`, a blank, a tab or a line feed; `,` without "
     "it."},
    {DocumentPart::condition, "then",
     "What happens when the condition holds: `Execute` (without it), `Skip` or "
     "`Abort`."},
    {DocumentPart::condition, "else", "What happens when it does not: `Skip` (without it), `Execute` or `Abort`."},
    {DocumentPart::nested_condition, "value", "What is looked at; the operator holds what it is compared with."},
    {DocumentPart::nested_condition, "path", "The file that is looked at; the operator holds its digest."},
    {DocumentPart::nested_condition, "stringIsEmpty", "Whether the text is empty."},
    {DocumentPart::nested_condition, "stringIsWhitespace", "Whether the text holds nothing but blanks."},
    {DocumentPart::nested_condition, "stringEquals", "Whether `value` is this text."},
    {DocumentPart::nested_condition, "stringLessThan", "Whether `value` sorts before this text."},
    {DocumentPart::nested_condition, "stringLessThanEquals", "Whether `value` is this text or sorts before it."},
    {DocumentPart::nested_condition, "stringGreaterThan", "Whether `value` sorts behind this text."},
    {DocumentPart::nested_condition, "stringGreaterThanEquals", "Whether `value` is this text or sorts behind it."},
    {DocumentPart::nested_condition, "patternMatches", "Whether `value` matches this regular expression (RE2)."},
    {DocumentPart::nested_condition, "numberEquals", "Whether `value` is this number."},
    {DocumentPart::nested_condition, "numberLessThan", "Whether `value` is less than this number."},
    {DocumentPart::nested_condition, "numberLessThanEquals", "Whether `value` is at most this number."},
    {DocumentPart::nested_condition, "numberGreaterThan", "Whether `value` is greater than this number."},
    {DocumentPart::nested_condition, "numberGreaterThanEquals", "Whether `value` is at least this number."},
    {DocumentPart::nested_condition, "binaryExists", "Whether there is a program of this name."},
    {DocumentPart::nested_condition, "fileExists", "Whether there is a file at this path."},
    {DocumentPart::nested_condition, "folderExists", "Whether there is a folder at this path."},
    {DocumentPart::nested_condition, "fileMD5Equals", "Whether the file at `path` has this MD5 digest."},
    {DocumentPart::nested_condition, "fileSHA1Equals", "Whether the file at `path` has this SHA-1 digest."},
    {DocumentPart::nested_condition, "fileSHA256Equals", "Whether the file at `path` has this SHA-256 digest."},
    {DocumentPart::nested_condition, "fileSHA512Equals", "Whether the file at `path` has this SHA-512 digest."},
    {DocumentPart::nested_condition, "and", "Whether all conditions of the list hold."},
    {DocumentPart::nested_condition, "or", "Whether one of the conditions of the list holds."},
    {DocumentPart::nested_condition, "not", "Whether the one condition in it does not hold."},
});

std::string_view type_name(InputType type) {
  switch (type) {
    case InputType::string_list:
      return "list of texts";
    case InputType::boolean:
      return "true or false";
    case InputType::integer:
      return "number";
    case InputType::string_map:
      return "mapping of names to texts";
    case InputType::string_or_list:
      return "text, or list of texts";
    case InputType::named_values:
      return "list of `name` and `value`";
    case InputType::string:
      break;
  }
  return "text";
}

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words)
    text += (text.empty() ? "`" : ", `") + std::string(word) + "`";
  return text;
}

std::string platforms_of(const ActionModule& module) {
  std::string text;
  for (const Platform platform : module.platforms) {
    text += text.empty() ? "" : ", ";
    text += platform == Platform::windows ? "Windows" : platform == Platform::macos ? "macOS" : "Linux";
  }
  return text;
}

}  // namespace

std::string_view key_description(DocumentPart part, std::string_view key) {
  const auto* found = std::ranges::find_if(rows, [&](const KeyRow& row) { return row.part == part && row.key == key; });
  if (found == rows.end() && part == DocumentPart::condition)
    return key_description(DocumentPart::nested_condition, key);
  return found == rows.end() ? std::string_view() : found->description;
}

std::string input_type_text(const InputField& field) {
  std::string text(type_name(field.type));
  if (field.required) text += ", required";
  if (!field.default_value.empty()) text += ", `" + std::string(field.default_value) + "` without it";
  if (!field.accepted.empty()) text += "; one of " + listed(field.accepted);
  if (field.unix_only) text += "; not on Windows";
  return text;
}

std::string input_description(const InputField& field) {
  return "**" + std::string(field.name) + "** (" + input_type_text(field) + ")\n\n" + std::string(field.description);
}

std::string action_description(const ActionModule& module) {
  std::string text =
      "**" + std::string(module.name) + "** (" + platforms_of(module) + ")\n\n" + std::string(module.summary);
  if (module.shape == InputShape::condition) text += "\n\n`inputs` is a condition.";
  if (!module.inputs.empty()) {
    text += module.shape == InputShape::list ? "\n\nEach item of `inputs`:\n" : "\n\n`inputs`:\n";
    for (const InputField& field : module.inputs)
      text +=
          "\n- `" + std::string(field.name) + "` (" + input_type_text(field) + "): " + std::string(field.description);
  }
  if (!module.one_of.empty()) text += "\n\nExactly one of " + listed(module.one_of) + " is needed.";
  if (!module.outputs.empty()) text += "\n\nOutputs: " + listed(module.outputs);
  return text;
}

}  // namespace ibtest
