#include "actions/action_inputs.hpp"

#include <algorithm>
#include <stdexcept>

namespace ibtest {

void to_json(nlohmann::ordered_json& json, const NamedValue& named) {
  json = nlohmann::ordered_json::object();
  json["name"] = named.name;
  json["value"] = named.value;
}

const ActionInputs::Item::Value& ActionInputs::Item::value(std::string_view key) const {
  const auto found = std::ranges::find(values_, key, &Value::name);
  // Modules read the keys of their own tables only; anything else is a mistake in the module.
  if (found == values_.end()) throw std::logic_error("no input `" + std::string(key) + "`");
  return *found;
}

bool ActionInputs::Item::given(std::string_view key) const {
  return value(key).given;
}

const std::string& ActionInputs::Item::text(std::string_view key) const {
  return std::get<std::string>(value(key).value);
}

const std::vector<std::string>& ActionInputs::Item::list(std::string_view key) const {
  return std::get<std::vector<std::string>>(value(key).value);
}

const std::map<std::string, std::string>& ActionInputs::Item::map(std::string_view key) const {
  return std::get<std::map<std::string, std::string>>(value(key).value);
}

const std::vector<NamedValue>& ActionInputs::Item::named_values(std::string_view key) const {
  return std::get<std::vector<NamedValue>>(value(key).value);
}

bool ActionInputs::Item::flag(std::string_view key) const {
  return std::get<bool>(value(key).value);
}

std::int64_t ActionInputs::Item::number(std::string_view key) const {
  return std::get<std::int64_t>(value(key).value);
}

nlohmann::ordered_json ActionInputs::to_json() const {
  if (module_ != nullptr && module_->shape == InputShape::condition)
    return nlohmann::ordered_json::array({condition_json_});
  auto json = nlohmann::ordered_json::array();
  for (const auto& item : items_) {
    auto object = nlohmann::ordered_json::object();
    for (const auto& value : item.values_) {
      auto& place = object[std::string(value.name)];
      const bool is_single = !std::holds_alternative<std::vector<std::string>>(value.value) &&
                             !std::holds_alternative<std::map<std::string, std::string>>(value.value) &&
                             !std::holds_alternative<std::vector<NamedValue>>(value.value);
      // Lists and maps that are not given are null, as for `parameters` in OUT-3.
      if (value.given || is_single) std::visit([&place](const auto& content) { place = content; }, value.value);
    }
    json.push_back(std::move(object));
  }
  return json;
}

}  // namespace ibtest
