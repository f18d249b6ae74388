#include "runner/schema/component_schema.hpp"

#include "actions/action.hpp"
#include "actions/inputs/action_description.hpp"
#include "runner/schema/condition_schema.hpp"
#include "runner/schema/inputs_schema.hpp"
#include "runner/schema/value_schema.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

/// `parameters` and `constants`: mappings with one key, the name (VAR-1).
Json variables_schema(std::string_view title, std::span<const DocumentField> fields) {
  constexpr DocumentField name = {.name = {}, .type = FieldType::name, .description = {}};
  Json names = field_schema(name, WhenEmpty::refused);
  names["type"] = "string";
  names.erase("description");
  const Json item = {{"title", title},
                     {"type", "object"},
                     {"minProperties", 1},
                     {"maxProperties", 1},
                     {"propertyNames", std::move(names)},
                     {"additionalProperties", mapping_schema(title, fields)}};
  return {{"type", types_json({"array"}, WhenEmpty::absent)}, {"items", item}};
}

Json for_each_schema() {
  Json values = texts_schema(WhenEmpty::refused);
  values["minItems"] = 1;
  return keyword("anyOf", Json::array({values, mapping_schema("forEach", for_each_fields)}));
}

/// `for` or `forEach` (LOOP-2).
Json loop_schema() {
  Json schema =
      mapping_schema("loop", loop_fields, {{"for", mapping_schema("for", for_fields)}, {"forEach", for_each_schema()}});
  schema["type"] = types_json({"object"}, WhenEmpty::absent);
  schema["if"]["type"] = "object";
  Json& kinds = schema["then"]["oneOf"];
  for (const DocumentField& field : loop_fields) {
    if (field.type == FieldType::nested) kinds.push_back(with_key(field.name));
  }
  return schema;
}

/// Each name with what editors show beside it.
Json action_schema() {
  Json choices = Json::array();
  for (const ActionModule* const module : all_actions()) {
    Json choice = {{"const", module->name}, {"description", module->summary}};
    choice["markdownDescription"] = action_description(*module);
    choices.push_back(std::move(choice));
  }
  return keyword("anyOf", std::move(choices));
}

/// What the action of a step asks of its other keys.
Json rule_of_action(const ActionModule& module) {
  Json rule;
  rule["if"]["properties"]["action"]["const"] = module.name;
  rule["if"]["required"] = Json::array({"action"});
  Json& properties = rule["then"]["properties"];
  properties["inputs"] = inputs_schema(module);
  if (module.name == action_without_limits) {
    properties["timeoutSeconds"]["const"] = no_time_limit;
    properties["maxAttempts"]["const"] = 1;
  }
  if (!module.inputs_optional) rule["then"]["required"] = Json::array({"inputs"});
  return rule;
}

Json step_schema() {
  Json schema = mapping_schema("step", step_fields,
                               {{"action", action_schema()},
                                {"inputs", Json::object()},
                                {"loop", loop_schema()},
                                {"if", step_condition_schema()}});
  Json& rules = schema["allOf"];
  for (const ActionModule* const module : all_actions())
    rules.push_back(rule_of_action(*module));
  return schema;
}

Json phases_schema() {
  const Json steps = {{"type", "array"}, {"items", step_schema()}};
  Json standard = keyword("type", "object");
  standard["properties"]["name"]["enum"] = words_json(standard_phases);
  standard["required"] = Json::array({"name"});
  // DOC-5, DOC-7
  return {{"type", "array"},
          {"items", mapping_schema("phase", phase_fields, {{"steps", steps}})},
          {"minItems", 1},
          {"contains", std::move(standard)}};
}

}  // namespace

Json component_schema() {
  // Draft 07 is the newest that both VS Code's JSON support and yaml-language-server know in full; 2019-09 and 2020-12
  // add nothing that is needed here.
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"$id", "urn:ibtest:component-document"},
                 {"description", "What EC2 Image Builder or `ibtest` runs to build and to test an image."}};
  schema.update(mapping_schema("component document", document_fields,
                               {{"parameters", variables_schema("parameter", parameter_fields)},
                                {"constants", variables_schema("constant", constant_fields)},
                                {"phases", phases_schema()}}));
  schema["definitions"]["condition"] = condition_schema();
  return schema;
}

}  // namespace ibtest
