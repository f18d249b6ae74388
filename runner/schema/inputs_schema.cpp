#include "runner/schema/inputs_schema.hpp"

#include <array>
#include <cctype>

#include "actions/inputs/input_field.hpp"
#include "runner/schema/condition_schema.hpp"
#include "runner/schema/value_schema.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

/// A regular expression for the words in any letter case: schemas have no flag for that.
std::string without_case(std::span<const std::string_view> words) {
  std::string pattern;
  for (const std::string_view word : words) {
    pattern += pattern.empty() ? "^(" : "|";
    for (const char character : word) {
      const auto letter = static_cast<unsigned char>(character);
      if (std::isalpha(letter) != 0) {
        pattern += {'[', static_cast<char>(std::toupper(letter)), static_cast<char>(std::tolower(letter)), ']'};
      } else {
        pattern += {'[', character, ']'};
      }
    }
  }
  return pattern + ")$";
}

std::string or_reference(const std::string& pattern) {
  return pattern + "|" + std::string(reference_pattern);
}

/// The accepted words, for editors to offer, and what else the checks take for one of them.
Json accepted_schema(const InputField& field, bool needs_value) {
  std::string pattern = field.exact_case ? std::string(reference_pattern) : or_reference(without_case(field.accepted));
  if (!needs_value) pattern = "^$|" + pattern;
  const Json others = {{"type", types_json({"string"}, field.required ? WhenEmpty::refused : WhenEmpty::absent)},
                       {"pattern", pattern}};
  return keyword("anyOf", Json::array({keyword("enum", words_json(field.accepted)), others}));
}

Json input_text_schema(const InputField& field, bool needs_value, WhenEmpty when_empty) {
  if (!field.accepted.empty()) return accepted_schema(field, needs_value);
  Json schema = text_schema(when_empty);
  if (needs_value) schema["minLength"] = 1;
  return schema;
}

Json input_texts_schema(bool needs_value, WhenEmpty when_empty) {
  Json schema = texts_schema(when_empty);
  if (needs_value) schema["minItems"] = 1;
  return schema;
}

Json boolean_schema(WhenEmpty when_empty) {
  constexpr std::array<std::string_view, 2> words = {"true", "false"};
  return {{"type", types_json({"boolean", "string"}, when_empty)}, {"pattern", or_reference(without_case(words))}};
}

Json integer_schema(const InputField& field, WhenEmpty when_empty) {
  Json schema = keyword("type", types_json({"integer", "string"}, when_empty));
  const bool negative = field.rule != InputRule::not_negative;
  if (!negative) schema["minimum"] = 0;
  schema["pattern"] = or_reference(negative ? "^[-+]?[0-9]+$" : "^([+]?[0-9]+|-0+)$");
  return schema;
}

Json input_schema(const InputField& field, bool needs_value);

/// The mapping of an action's inputs or one item of them; without a module, an entry of `named_values`.
Json item_schema(std::string_view title, std::span<const InputField> fields, const ActionModule* module) {
  Json schema = {{"title", title}, {"type", "object"}};
  schema["properties"] = Json::object();
  Json required = Json::array();
  for (const InputField& field : fields) {
    const bool needs = module == nullptr ? field.required && !field.may_be_empty : needs_value(*module, field);
    schema["properties"][field.name] = input_schema(field, needs);
    if (field.required) required.push_back(field.name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

Json named_values_schema(WhenEmpty when_empty) {
  Json item = item_schema("parameter", named_value_fields, nullptr);
  return {{"type", types_json({"array"}, when_empty)}, {"items", std::move(item)}};
}

Json type_schema(const InputField& field, bool needs_value) {
  const WhenEmpty when_empty = field.required ? WhenEmpty::refused : WhenEmpty::absent;
  switch (field.type) {
    case InputType::string:
      break;
    case InputType::string_list:
      return input_texts_schema(needs_value, when_empty);
    case InputType::boolean:
      return boolean_schema(when_empty);
    case InputType::integer:
      return integer_schema(field, when_empty);
    case InputType::string_map:
      return {{"type", types_json({"object"}, when_empty)}, {"additionalProperties", text_schema(WhenEmpty::absent)}};
    case InputType::string_or_list: {
      const Json text = input_text_schema(field, needs_value, when_empty);
      const Json texts = input_texts_schema(needs_value, WhenEmpty::refused);
      return keyword("anyOf", Json::array({text, texts}));
    }
    case InputType::named_values:
      return named_values_schema(when_empty);
  }
  return input_text_schema(field, needs_value, when_empty);
}

Json default_json(const InputField& field) {
  const bool is_text = field.type != InputType::boolean && field.type != InputType::integer;
  return is_text ? Json(field.default_value) : Json::parse(field.default_value);
}

Json input_schema(const InputField& field, bool needs_value) {
  Json schema = type_schema(field, needs_value);
  describe(schema, field.description);
  if (!field.default_value.empty()) schema["default"] = default_json(field);
  return schema;
}

/// Exactly one of the inputs has a value (EXECUTEPOWERSHELL-1).
Json one_of_schema(std::span<const std::string_view> names) {
  Json choices = Json::array();
  for (const std::string_view name : names) {
    Json choice = with_key(name);
    choice["properties"][name] = keyword("not", keyword("type", "null"));
    choices.push_back(std::move(choice));
  }
  return choices;
}

}  // namespace

Json inputs_schema(const ActionModule& module) {
  if (module.shape == InputShape::condition) return condition_reference();
  Json schema = item_schema("inputs of " + std::string(module.name), module.inputs, &module);
  if (!module.one_of.empty()) schema["oneOf"] = one_of_schema(module.one_of);
  const bool is_list = module.shape == InputShape::list;
  if (is_list) {
    Json items = std::move(schema);
    schema = {{"type", "array"}, {"items", std::move(items)}, {"minItems", 1}};
  }
  if (module.inputs_optional) schema["type"] = types_json({is_list ? "array" : "object"}, WhenEmpty::absent);
  describe(schema, module.summary);
  return schema;
}

}  // namespace ibtest
