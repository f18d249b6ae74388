#include "runner/schema/value_schema.hpp"

#include <algorithm>

#include "agent/document/decimal.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

/// A regular expression for a text of the characters of names.
std::string name_pattern(const std::string& count) {
  return "^[" + std::string(name_characters) + "]" + count + "$";
}

/// A text without a point in it, however it is written.
Json whole_text_schema(WhenEmpty when_empty) {
  return keyword("type", types_json({"string", "integer", "boolean"}, when_empty));
}

Json name_schema() {
  Json schema = whole_text_schema(WhenEmpty::refused);
  schema["pattern"] = name_pattern("{" + std::to_string(shortest_name) + "," + std::to_string(longest_name) + "}");
  return schema;
}

Json loop_name_schema() {
  Json schema = whole_text_schema(WhenEmpty::absent);
  schema["pattern"] = name_pattern("*");
  schema["not"]["const"] = unnamed_loop;
  return schema;
}

Json whole_number_schema(const DocumentField& field) {
  Json schema = keyword("type", "integer");
  if (field.least != std::numeric_limits<std::int64_t>::min()) schema["minimum"] = field.least;
  if (field.not_zero) schema["not"]["const"] = 0;
  return schema;
}

Json version_schema(const DocumentField& field) {
  Json schema = keyword("enum", words_json(field.words));
  // The unquoted version is a number for YAML (DOC-2).
  for (const std::string_view version : field.words)
    schema["enum"].push_back(Json::parse(version));
  return schema;
}

Json type_schema(const DocumentField& field, WhenEmpty when_empty) {
  switch (field.type) {
    case FieldType::text:
      return text_schema(when_empty);
    case FieldType::name:
      return name_schema();
    case FieldType::loop_name:
      return loop_name_schema();
    case FieldType::word:
      return keyword("enum", words_json(field.words));
    case FieldType::whole_number:
      return whole_number_schema(field);
    case FieldType::number:
      return {{"type", types_json({"number", "string"}, when_empty)},
              {"pattern", std::string(decimal_pattern) + "|" + std::string(reference_pattern)}};
    case FieldType::boolean:
      return {{"type", "boolean"}, {"default", false}};
    case FieldType::texts: {
      Json schema = texts_schema(when_empty);
      schema["minItems"] = 1;
      return schema;
    }
    case FieldType::version:
      return version_schema(field);
    case FieldType::action:
    case FieldType::nested:
      break;
  }
  return Json::object();
}

}  // namespace

Json keyword(std::string_view name, Json value) {
  Json schema = Json::object();
  schema[name] = std::move(value);
  return schema;
}

Json with_key(std::string_view key) {
  Json schema = keyword("required", Json::array({key}));
  // Strict validators want what is required to be a property of the same schema.
  schema["properties"][key] = true;
  return schema;
}

Json types_json(std::vector<std::string_view> types, WhenEmpty when_empty) {
  if (when_empty == WhenEmpty::absent) types.emplace_back("null");
  return types.size() == 1 ? Json(types.front()) : Json(types);
}

Json text_schema(WhenEmpty when_empty) {
  return keyword("type", types_json({"string", "number", "boolean"}, when_empty));
}

void describe(Json& schema, std::string_view markdown) {
  schema["description"] = markdown;
  if (markdown.find('`') != std::string_view::npos) schema["markdownDescription"] = markdown;
}

Json texts_schema(WhenEmpty when_empty) {
  return {{"type", types_json({"array"}, when_empty)}, {"items", text_schema(WhenEmpty::refused)}};
}

Json words_json(std::span<const std::string_view> words) {
  Json json = Json::array();
  for (const std::string_view word : words)
    json.push_back(word);
  return json;
}

Json field_schema(const DocumentField& field, WhenEmpty when_empty) {
  Json schema = type_schema(field, when_empty);
  describe(schema, field.description);
  if (!field.default_word.empty()) schema["default"] = field.default_word;
  if (field.default_number) schema["default"] = *field.default_number;
  // Only a hint: editors offer them, and other names are fine.
  if (field.type == FieldType::name && !field.words.empty()) schema["examples"] = words_json(field.words);
  return schema;
}

Json mapping_schema(std::string_view title, std::span<const DocumentField> fields, PartSchemas parts) {
  Json schema = {{"title", title}, {"type", "object"}};
  Json required = Json::array();
  for (const DocumentField& field : fields) {
    const auto part = std::ranges::find(parts, field.name, &PartSchemas::value_type::first);
    if (part == parts.end()) {
      schema["properties"][field.name] =
          field_schema(field, field.required || field.type != FieldType::text ? WhenEmpty::refused : WhenEmpty::absent);
    } else {
      describe(part->second, field.description);
      schema["properties"][field.name] = std::move(part->second);
    }
    if (field.required) required.push_back(field.name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

}  // namespace ibtest
