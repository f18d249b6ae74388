#include "runner/schema/condition_schema.hpp"

#include "runner/schema/value_schema.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

Json operands_schema(std::string_view operator_name) {
  Json list = {{"type", "array"}, {"items", condition_reference()}, {"minItems", 1}};
  if (operator_name != "not") return list;
  list["maxItems"] = 1;
  return keyword("anyOf", Json::array({condition_reference(), list}));
}

void add_fields(Json& properties, std::span<const DocumentField> fields) {
  for (const DocumentField& field : fields) {
    if (is_logical_operator(field.name)) {
      properties[field.name] = operands_schema(field.name);
      describe(properties[field.name], field.description);
    } else {
      properties[field.name] = field_schema(field, WhenEmpty::refused);
    }
  }
}

/// Exactly one of the operators (COND-6).
Json one_operator() {
  Json choices = Json::array();
  for (const std::string_view name : operator_names)
    choices.push_back(with_key(name));
  return choices;
}

/// An operator and its second operand need each other (COND-9).
Json dependencies() {
  Json needs = Json::object();
  for (const std::string_view operand : operand_keys) {
    Json operators = Json::array();
    for (const std::string_view name : operator_names) {
      if (second_operand_key(name) != operand) continue;
      needs[name] = Json::array({operand});
      operators.push_back(with_key(name));
    }
    needs[operand]["anyOf"] = std::move(operators);
  }
  return needs;
}

}  // namespace

Json condition_reference() {
  return keyword("$ref", "#/definitions/condition");
}

Json condition_schema() {
  Json schema = {{"title", "condition"}, {"type", "object"}};
  add_fields(schema["properties"], operator_fields);
  add_fields(schema["properties"], operand_fields);
  schema["additionalProperties"] = false;
  // Null, which has no keys, would fulfil all choices at once.
  schema["if"]["type"] = "object";
  schema["then"]["oneOf"] = one_operator();
  schema["dependencies"] = dependencies();
  return schema;
}

Json step_condition_schema() {
  Json schema = condition_schema();
  add_fields(schema["properties"], outcome_fields);
  schema["type"] = types_json({"object"}, WhenEmpty::absent);
  return schema;
}

}  // namespace ibtest
