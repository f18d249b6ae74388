#include "actions/inputs/action_description.hpp"

namespace ibtest {

namespace {

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
