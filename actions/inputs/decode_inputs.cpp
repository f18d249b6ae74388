#include "actions/inputs/decode_inputs.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actions/inputs/input_field.hpp"

namespace ibtest {

namespace {

using Json = nlohmann::ordered_json;

/// Why an input cannot be used; caught by decode() and turned into the error text.
struct Refusal {
  std::string reason;
};

std::string_view kind_of(const Json& value) {
  if (value.is_null()) return "nothing";
  if (value.is_array()) return "a list";
  return value.is_object() ? "a mapping" : "a text";
}

std::string_view hint_for(const Json& value) {
  return value.is_object() ? " (a text that holds `: ` or starts with `{` must be quoted)" : "";
}

/// The text of a scalar: JSON numbers and booleans in their JSON notation.
std::string take_text(Json& value, const std::string& name) {
  if (value.is_string()) return std::move(value.get_ref<std::string&>());
  if (value.is_structured()) {
    throw Refusal{fmt::format("{} must be a text, not {}{}", name, kind_of(value), hint_for(value))};
  }
  return value.is_null() ? std::string() : value.dump();
}

std::vector<std::string> take_list(Json& value, const std::string& name) {
  if (!value.is_array()) throw Refusal{fmt::format("{} must be a list of texts, not {}", name, kind_of(value))};
  std::vector<std::string> list;
  for (auto& item : value)
    list.push_back(take_text(item, fmt::format("{}[{}]", name, list.size())));
  return list;
}

std::map<std::string, std::string> take_map(Json& value, const std::string& name) {
  if (!value.is_object()) throw Refusal{fmt::format("{} must be a mapping of texts, not {}", name, kind_of(value))};
  std::map<std::string, std::string> map;
  for (auto& [key, text] : value.items())
    map[key] = take_text(text, fmt::format("{}.{}", name, key));
  return map;
}

bool boolean_of(std::string_view text, const std::string& name) {
  if (equal_without_case(text, "true")) return true;
  if (equal_without_case(text, "false")) return false;
  throw Refusal{fmt::format("{} must be true or false, not `{}`", name, text)};
}

std::int64_t integer_of(std::string_view text, const std::string& name) {
  std::int64_t number = 0;
  const auto digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    throw Refusal{fmt::format("{} must be a whole number, not `{}`", name, text)};
  }
  return number;
}

std::vector<NamedValue> take_named_values(Json& value, const std::string& name) {
  if (!value.is_array()) {
    throw Refusal{fmt::format("{} must be a list of mappings with `name` and `value`, not {}", name, kind_of(value))};
  }
  std::vector<NamedValue> list;
  for (auto& item : value) {
    const std::string place = fmt::format("{}[{}]", name, list.size());
    if (!item.is_object()) {
      throw Refusal{fmt::format("{} must be a mapping with `name` and `value`, not {}", place, kind_of(item))};
    }
    const auto take = [&](const char* key) {
      const auto found = item.find(key);
      if (found == item.end() || found->is_null()) throw Refusal{fmt::format("{}.{} is missing", place, key)};
      return take_text(*found, fmt::format("{}.{}", place, key));
    };
    NamedValue& named = list.emplace_back(NamedValue{take("name"), take("value")});
    if (named.name.empty()) throw Refusal{fmt::format("{}.name is empty", place)};
  }
  return list;
}

using Content = std::variant<std::string, std::vector<std::string>, bool, std::int64_t,
                             std::map<std::string, std::string>, std::vector<NamedValue>>;

Content default_of(const InputField& field) {
  switch (field.type) {
    case InputType::string_list:
      return std::vector<std::string>();
    case InputType::boolean:
      return field.default_value == "true";
    case InputType::integer:
      return field.default_value.empty() ? std::int64_t{0} : integer_of(field.default_value, "default");
    case InputType::string_map:
      return std::map<std::string, std::string>();
    case InputType::named_values:
      return std::vector<NamedValue>();
    case InputType::string_or_list:
    case InputType::string:
      break;
  }
  return std::string(field.default_value);
}

Content content_of(const InputField& field, Json& value) {
  const std::string name(field.name);
  switch (field.type) {
    case InputType::string_list:
      return take_list(value, name);
    case InputType::boolean:
      return boolean_of(take_text(value, name), name);
    case InputType::integer:
      return integer_of(take_text(value, name), name);
    case InputType::string_map:
      return take_map(value, name);
    case InputType::named_values:
      return take_named_values(value, name);
    case InputType::string_or_list:
      if (value.is_array()) return take_list(value, name);
      break;
    case InputType::string:
      break;
  }
  return take_text(value, name);
}

void check_accepted(const InputField& field, const Content& content) {
  const auto* text = std::get_if<std::string>(&content);
  if (text == nullptr || field.accepted.empty()) return;
  if (accepts(field, *text)) return;
  throw Refusal{
      fmt::format("{} `{}` is unknown, expected one of {}", field.name, *text, fmt::join(field.accepted, ", "))};
}

void check_not_negative(const InputField& field, const Content& content) {
  const auto* number = std::get_if<std::int64_t>(&content);
  if (number == nullptr || field.rule != InputRule::not_negative || *number >= 0) return;
  throw Refusal{fmt::format("{} must be 0 or more, not {}", field.name, *number)};
}

/// GEN-4: a required value that is empty, or became empty by resolution.
void check_not_empty(const InputField& field, const Content& content) {
  const auto* text = std::get_if<std::string>(&content);
  const auto* list = std::get_if<std::vector<std::string>>(&content);
  if ((text != nullptr && text->empty()) || (list != nullptr && list->empty())) {
    throw Refusal{fmt::format("{} is empty", field.name)};
  }
}

struct DecodedField {
  bool given = false;
  Content content;
};

DecodedField decode_field(const ActionModule& module, const InputField& field, Json& item) {
  const auto found = item.find(std::string(field.name));
  // GEN-6: a null scalar counts as absent.
  if (found == item.end() || found->is_null()) {
    if (field.required) throw Refusal{fmt::format("{} is missing", field.name)};
    return {false, default_of(field)};
  }
  DecodedField decoded{true, content_of(field, *found)};
  if (needs_value(module, field)) check_not_empty(field, decoded.content);
  // An optional value that is empty, as after resolution, is as good as absent where only some values are accepted.
  if (const auto* text = std::get_if<std::string>(&decoded.content);
      text != nullptr && text->empty() && !field.accepted.empty()) {
    return {false, default_of(field)};
  }
  check_accepted(field, decoded.content);
  check_not_negative(field, decoded.content);
  return decoded;
}

template <typename Given>
void check_one_of(const ActionModule& module, const Given& given) {
  if (module.one_of.empty() || std::ranges::count_if(module.one_of, given) == 1) return;
  throw Refusal{fmt::format("exactly one of {} must be given", fmt::join(module.one_of, " and "))};
}

bool is_empty(const Json& inputs) {
  return inputs.is_null() || (inputs.is_structured() && inputs.empty());
}

/// The elements that the module's shape makes of the inputs (GEN-2).
std::vector<Json> elements_of(const ActionModule& module, Json inputs) {
  std::vector<Json> elements;
  if (module.shape == InputShape::list && inputs.is_array()) {
    for (auto& element : inputs)
      elements.push_back(std::move(element));
  } else {
    elements.push_back(std::move(inputs));
  }
  return elements;
}

std::string place_of(const ActionModule& module, std::size_t index) {
  if (module.shape == InputShape::object) return fmt::format("{}: ", module.name);
  return fmt::format("{}: inputs[{}]: ", module.name, index);
}

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): parse_yaml() bounds the depth.
Json resolved_json(const YamlNode& node, const ActionInputsDecoder::Resolver& resolve) {
  switch (node.kind) {
    case YamlNode::Kind::scalar:
      return resolve ? resolve(node.text) : node.text;
    case YamlNode::Kind::sequence: {
      auto list = Json::array();
      for (const auto& item : node.items)
        list.push_back(resolved_json(item, resolve));
      return list;
    }
    case YamlNode::Kind::mapping: {
      auto map = Json::object();
      for (const auto& entry : node.entries)
        map[entry.key.text] = resolved_json(entry.value, resolve);
      return map;
    }
    case YamlNode::Kind::null:
      break;
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): validation bounds the depth (COND-21).
ResolvedCondition condition_from_json(const Json& condition) {
  // One in a list of one is accepted (COND-1, CONDASSERT-1).
  if (condition.is_array() && condition.size() == 1) return condition_from_json(condition.front());
  const auto text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
  ResolvedCondition resolved;
  if (!condition.is_object()) return resolved;
  for (const auto& [key, value] : condition.items()) {
    if (key == "then" || key == "else") continue;
    if (key == "value" || key == "path") {
      resolved.second = text(value);
      continue;
    }
    resolved.operator_name = key;
    if (key == "and" || key == "or") {
      for (const Json& operand : value)
        resolved.operands.push_back(condition_from_json(operand));
    } else if (key == "not") {
      resolved.operands.push_back(condition_from_json(value));
    } else {
      resolved.operand = text(value);
    }
  }
  return resolved;
}

DecodedInputs ActionInputsDecoder::decode(const ActionModule& module, const YamlNode* inputs, const Resolver& resolve) {
  return decode_tree(module, inputs == nullptr ? Json() : resolved_json(*inputs, resolve));
}

DecodedInputs ActionInputsDecoder::decode(const ActionModule& module, const nlohmann::ordered_json& inputs) {
  // The log files show the inputs of object modules as a list of one (STEP-3).
  const bool wrapped = module.shape != InputShape::list && inputs.is_array() && inputs.size() == 1;
  return decode_tree(module, wrapped ? inputs.front() : inputs);
}

DecodedInputs ActionInputsDecoder::decode_tree(const ActionModule& module, nlohmann::ordered_json inputs) {
  if (is_empty(inputs)) {
    if (!module.inputs_optional) {
      return {std::nullopt, fmt::format("Action {} has no inputs; it requires an 'inputs'", module.name)};
    }
    inputs = Json::object();
  }
  ActionInputs decoded;
  decoded.module_ = &module;
  if (module.shape == InputShape::condition) {
    decoded.condition_ = condition_from_json(inputs);
    decoded.condition_json_ = std::move(inputs);
    return {std::move(decoded), {}};
  }
  for (auto& element : elements_of(module, std::move(inputs))) {
    ActionInputs::Item item;
    try {
      if (!element.is_object()) throw Refusal{fmt::format("inputs must be a mapping, not {}", kind_of(element))};
      for (const auto& field : module.inputs) {
        auto [given, content] = decode_field(module, field, element);
        item.values_.push_back({field.name, given, std::move(content)});
      }
      check_one_of(module, [&item](std::string_view name) { return item.given(name); });
    } catch (const Refusal& refusal) {
      return {std::nullopt, place_of(module, decoded.items_.size()) + refusal.reason};
    }
    decoded.items_.push_back(std::move(item));
  }
  return {std::move(decoded), {}};
}

}  // namespace ibtest
