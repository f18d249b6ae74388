#include <map>

#include "runner/lint/host_format.hpp"

namespace ibtest {

namespace {

constexpr std::string_view component_type = "AWS::ImageBuilder::Component";

/// A function of CloudFormation: `!Sub text`, `Fn::Sub: text`, `Ref: Name`.
struct Function {
  std::string_view name;
  const YamlNode* argument = nullptr;
};

std::optional<Function> function_of(const YamlNode& node) {
  const std::string_view tag = node.tag;
  if (tag.starts_with('!') && !tag.starts_with("!!")) return Function{tag.substr(1), &node};
  if (!node.is_mapping() || node.entries.size() != 1) return std::nullopt;
  const YamlEntry& entry = node.entries.front();
  const std::string_view key = entry.key.text;
  if (key == "Ref") return Function{key, &entry.value};
  if (key.starts_with("Fn::")) return Function{key.substr(4), &entry.value};
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Defaults of the parameters whose value it is: those of SSM types name where the value is kept.
std::map<std::string_view, std::string_view> parameter_defaults(const YamlNode& root) {
  std::map<std::string_view, std::string_view> defaults;
  const YamlNode* parameters = root.find("Parameters");
  if (parameters == nullptr) return defaults;
  for (const YamlEntry& entry : parameters->entries) {
    const YamlNode* type = entry.value.find("Type");
    const YamlNode* value = entry.value.find("Default");
    if (type != nullptr && value != nullptr && value->is_scalar() && (type->text == "String" || type->text == "Number"))
      defaults.emplace(entry.key.text, value->text);
  }
  return defaults;
}

/// Evaluates the functions of one template.
class TemplateText {
 public:
  TemplateText(const YamlNode& root, const std::shared_ptr<const SourceText>& host)
      : host_(host), defaults_(parameter_defaults(root)) {}

  /// Appends the text of a value; `rest` is what follows it.
  // NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of the tree.
  void append(EmbeddedText& text, const YamlNode& node, std::string_view rest) const {
    const auto function = function_of(node);
    if (!function) {
      if (node.is_scalar()) return text.append(node, 0, node.text.size());
      return text.append_opaque(node.range, rest);
    }
    const YamlNode& argument = *function->argument;
    const bool pair = argument.is_sequence() && argument.items.size() == 2;
    if (function->name == "Ref" && argument.is_scalar()) {
      append_name(text, argument.text, nullptr, node.range, rest);
    } else if (function->name == "Sub" && argument.is_scalar()) {
      append_sub(text, argument, nullptr);
    } else if (function->name == "Sub" && pair && argument.items[0].is_scalar()) {
      append_sub(text, argument.items[0], &argument.items[1]);
    } else if (function->name == "Join" && pair && argument.items[0].is_scalar() && argument.items[1].is_sequence()) {
      append_join(text, argument.items[0], argument.items[1], rest);
    } else {
      text.append_opaque(node.range, rest);
    }
  }

 private:
  /// `${Name}` is a variable, `${!Name}` stays as `${Name}`.
  // NOLINTNEXTLINE(misc-no-recursion)
  void append_sub(EmbeddedText& text, const YamlNode& scalar, const YamlNode* variables) const {
    const ScalarPositions positions(scalar, *host_);
    const std::string_view whole = scalar.text;
    std::size_t copied = 0;
    for (std::size_t open = whole.find("${"); open != std::string_view::npos; open = whole.find("${", open + 2)) {
      const std::size_t close = whole.find('}', open);
      if (close == std::string_view::npos) break;
      const std::string_view name = whole.substr(open + 2, close - open - 2);
      if (name.starts_with('!')) {
        text.append(scalar, copied, open + 2);
        copied = open + 3;
        continue;
      }
      text.append(scalar, copied, open);
      append_name(text, trimmed(name), variables, positions.range(open, close + 1), whole.substr(close + 1));
      copied = close + 1;
      open = close - 1;
    }
    text.append(scalar, copied, whole.size());
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void append_name(EmbeddedText& text, std::string_view name, const YamlNode* variables, const SourceRange& place,
                   std::string_view rest) const {
    if (const YamlNode* variable = variables == nullptr ? nullptr : variables->find(name)) {
      EmbeddedText value(host_);
      append(value, *variable, {});
      return value.has_opaque() ? text.append_opaque(place, rest) : text.append_value(value.text(), place);
    }
    const auto known = defaults_.find(name);
    if (known == defaults_.end()) return text.append_opaque(place, rest);
    text.append_value(known->second, place);
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void append_join(EmbeddedText& text, const YamlNode& delimiter, const YamlNode& list, std::string_view rest) const {
    for (std::size_t index = 0; index < list.items.size(); ++index) {
      const bool last = index + 1 == list.items.size();
      // What follows matters up to the end of its line.
      std::string following(last ? rest : delimiter.text);
      if (!last && list.items[index + 1].is_scalar()) following += list.items[index + 1].text;
      append(text, list.items[index], following);
      if (!last) text.append_value(delimiter.text, list.items[index].range);
    }
  }

  std::shared_ptr<const SourceText> host_;
  std::map<std::string_view, std::string_view> defaults_;
};

bool matches(const YamlNode& root) {
  const YamlNode* resources = root.find("Resources");
  return resources != nullptr && resources->is_mapping();
}

std::vector<EmbeddedComponent> find(const YamlNode& root, const std::shared_ptr<const SourceText>& host) {
  const TemplateText evaluation(root, host);
  std::vector<EmbeddedComponent> found;
  for (const YamlEntry& entry : root.find("Resources")->entries) {
    const YamlNode* type = entry.value.find("Type");
    if (type == nullptr || type->text != component_type) continue;
    const YamlNode* properties = entry.value.find("Properties");
    const YamlNode* data = properties == nullptr ? nullptr : properties->find("Data");
    if (data == nullptr || data->is_null()) continue;
    EmbeddedComponent component{EmbeddedText(host), entry.key.text, data->range,
                                platform_of_resource(properties->find("Platform"))};
    evaluation.append(component.text, *data, {});
    // Nothing of it is known before the deployment.
    if (component.text.has_opaque() && !component.text.has_text()) continue;
    found.push_back(std::move(component));
  }
  return found;
}

}  // namespace

const HostFormat cloudformation_template = {"a CloudFormation template", component_type, false, matches, find};

}  // namespace ibtest
