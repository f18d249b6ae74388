#include "runner/cli/awstoe_config.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "agent/document/nearest_name.hpp"
#include "agent/protocol/fault.hpp"
#include "runner/cli/located_json.hpp"

namespace ibtest {

namespace {

using nlohmann::ordered_json;

class ConfigReader {
 public:
  ConfigReader(SourceText source, std::vector<std::string>& warnings) : json_(std::move(source)), warnings_(warnings) {}

  AwstoeSettings read() {
    expect("", json_.value(), ordered_json::value_t::object, "the file", "an object with the list `documents`");
    for (const std::string& pointer : json_.duplicates())
      warn(pointer, fmt::format("`{}` is given twice; the last one counts", key_of(pointer)));
    for (const auto& [key, value] : json_.value().items())
      read_field(key, value);
    if (settings_.documents.empty())
      refuse("", "the config names no documents", R"(add "documents": [{"path": "component.yml"}])");
    return std::move(settings_);
  }

 private:
  void read_field(const std::string& key, const ordered_json& value) {
    const std::string pointer = "/" + key;
    // CFG-1
    const std::string_view field = key == "executonId" ? std::string_view("executionId") : std::string_view(key);
    for (const auto& setting : awstoe_text_settings) {
      if (field == setting.field) {
        settings_.*setting.member = text_at(pointer, value);
        return;
      }
    }
    for (const auto& setting : awstoe_switches) {
      if (field != setting.field) continue;
      expect(pointer, value, ordered_json::value_t::boolean, "`" + key + "`", "true or false, without quotes");
      settings_.*setting.member = value.get<bool>();
      return;
    }
    if (field == "documents") return read_documents(pointer, value);
    if (field == "parameters") {
      settings_.parameters = read_parameters(pointer, value);
      return;
    }
    std::vector<std::string_view> known = {"documents", "parameters"};
    for (const auto& setting : awstoe_text_settings)
      known.emplace_back(setting.field);
    for (const auto& setting : awstoe_switches)
      known.emplace_back(setting.field);
    ignore(pointer, key, known);
  }

  void read_documents(const std::string& pointer, const ordered_json& list) {
    expect(pointer, list, ordered_json::value_t::array, "`documents`", R"(a list: [{"path": "component.yml"}])");
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string item = fmt::format("{}/{}", pointer, i);
      expect(item, list[i], ordered_json::value_t::object, "an entry of `documents`", R"({"path": "component.yml"})");
      RunDocument document;
      for (const auto& [key, value] : list[i].items()) {
        const std::string at = fmt::format("{}/{}", item, key);
        if (key == "path") {
          document.location = text_at(at, value);
        } else if (key == "parameters") {
          document.parameters = read_parameters(at, value);
        } else {
          ignore(at, key, {"path", "parameters"});
        }
      }
      if (document.location.empty())
        refuse(item, "this document has no `path`", "give a path, an S3 URI or the ARN of a component");
      settings_.documents.push_back(std::move(document));
    }
  }

  ParameterValues read_parameters(const std::string& pointer, const ordered_json& list) {
    const std::string form = R"([{"name": "Version", "value": "1.2"}])";
    expect(pointer, list, ordered_json::value_t::array, "`parameters`", "a list: " + form);
    ParameterValues values;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string item = fmt::format("{}/{}", pointer, i);
      expect(item, list[i], ordered_json::value_t::object, "an entry of `parameters`",
             R"({"name": "Version", "value": "1.2"})");
      for (const auto& [key, value] : list[i].items()) {
        if (key != "name" && key != "value") ignore(fmt::format("{}/{}", item, key), key, {"name", "value"});
      }
      for (const char* const key : {"name", "value"}) {
        if (!list[i].contains(key))
          refuse(item, fmt::format("this parameter has no `{}`", key), "both `name` and `value` are needed");
      }
      const std::string name = text_at(item + "/name", list[i]["name"]);
      if (name.empty())
        refuse(item + "/name", "the name of a parameter is empty", "name one of the document's parameters");
      const std::string value = text_at(item + "/value", list[i]["value"]);
      const auto [earlier, inserted] = values.emplace(name, value);
      if (!inserted && earlier->second != value)
        refuse(item, fmt::format("the parameter `{}` is given twice, with different values", name), "keep one of them");
    }
    return values;
  }

  [[nodiscard]] std::string text_at(const std::string& pointer, const ordered_json& value) const {
    if (value.is_string()) return value.get<std::string>();
    const bool scalar = value.is_number() || value.is_boolean();
    refuse(pointer, fmt::format("`{}` must be a text, not {}", key_of(pointer), kind_of(value)),
           scalar ? fmt::format("write it in quotes: \"{}\"", value.dump()) : "write a text in double quotes");
  }

  void expect(const std::string& pointer, const ordered_json& value, ordered_json::value_t type,
              const std::string& what, const std::string& form) const {
    if (value.type() == type) return;
    refuse(pointer, fmt::format("{} cannot be {}", what, kind_of(value)), "it must be " + form);
  }

  static std::string kind_of(const ordered_json& value) {
    if (value.is_object()) return "an object";
    if (value.is_array()) return "a list";
    if (value.is_string()) return "a text";
    return value.is_null() ? "null" : value.dump();
  }

  static std::string key_of(const std::string& pointer) { return pointer.substr(pointer.rfind('/') + 1); }

  [[noreturn]] void refuse(const std::string& pointer, const std::string& what, const std::string& remedy) const {
    throw Fault(ExitStatus::not_runnable, json_.place(pointer) + ": " + what, remedy);
  }
  void warn(const std::string& pointer, const std::string& what) {
    warnings_.push_back(json_.place(pointer) + ": " + what);
  }
  // CFG-5
  void ignore(const std::string& pointer, const std::string& key, const std::vector<std::string_view>& known) {
    const auto nearest = nearest_name(key, known);
    warn(pointer, fmt::format("there is no setting `{}`; it is ignored{}", key,
                              nearest ? fmt::format("; did you mean `{}`?", *nearest) : ""));
  }

  LocatedJson json_;
  std::vector<std::string>& warnings_;
  AwstoeSettings settings_;
};

}  // namespace

AwstoeSettings parse_awstoe_config(SourceText source, std::vector<std::string>& warnings) {
  return ConfigReader(std::move(source), warnings).read();
}

}  // namespace ibtest
