#include "actions/checks/check_inputs.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "actions/checks/check_values.hpp"
#include "actions/inputs/input_field.hpp"
#include "actions/inputs/suggest_inputs.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/nearest_name.hpp"
#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

class InputsCheck {
 public:
  InputsCheck(const Step& step, const ActionModule& module, Platform platform, Findings& findings)
      : step_(&step), module_(&module), platform_(platform), findings_(&findings) {}

  void check() {
    const Step& step = *step_;
    const bool empty =
        !step.inputs || (!step.inputs->is_scalar() && step.inputs->items.empty() && step.inputs->entries.empty());
    if (empty && module_->inputs_optional) {
      if (step.inputs && step.inputs->is_sequence()) check_object(*step.inputs);  // GEN-2
      return;
    }
    if (empty) {
      findings_->add("missing-inputs"_code, step.inputs ? step.inputs->range : step.action.range,
                     std::string(module_->name) + " has no inputs; it requires `inputs`",
                     module_->shape == InputShape::condition
                         ? "add `inputs` with one operator, e.g. `fileExists: /etc/fstab`"
                         : "add `inputs` with " + required_names(*module_));
      return;
    }
    if (module_->shape == InputShape::condition) return;  // read_assertion() has looked at it
    if (module_->shape == InputShape::object) {
      check_object(*step.inputs);
    } else {
      check_list(*step.inputs);
    }
  }

 private:
  void report_shape(const YamlNode& node, const std::string& message, std::string suggestion) {
    findings_->add("inputs-shape"_code, node.is_mapping() ? head_range(node) : node.range, message,
                   std::move(suggestion));
  }

  void check_object(const YamlNode& inputs) {
    if (inputs.is_mapping()) return check_item(inputs);
    report_shape(
        inputs,
        "the `inputs` of " + std::string(module_->name) + " must be a mapping, not " + std::string(kind_name(inputs)),
        suggest_object(inputs));
  }

  std::string suggest_object(const YamlNode& inputs) const {
    if (inputs.is_sequence() && inputs.items.empty()) return "remove it: " + std::string(module_->name) + " needs none";
    if (!inputs.is_sequence()) return "write " + required_names(*module_) + " below `inputs`, indented";
    const bool texts = std::ranges::all_of(inputs.items, &YamlNode::is_scalar);
    const auto list = std::ranges::find(module_->inputs, InputType::string_list, &InputField::type);
    if (texts && list != module_->inputs.end())
      return "write `" + std::string(list->name) + ":` below `inputs`, and this list below that, indented";
    return "remove the `- ` below `inputs`";
  }

  void check_list(const YamlNode& inputs) {
    const std::string name(module_->name);
    const std::string must_be = "the `inputs` of " + name + " must be a list of mappings";
    if (inputs.is_mapping()) {
      findings_->add("single-mapping"_code, head_range(inputs), must_be + ", not one mapping",
                     "put `- ` before the first key and indent the others");
      return check_item(inputs);
    }
    if (!inputs.is_sequence()) return report_shape(inputs, must_be + ", not a text", suggest_item(*module_, inputs));
    for (std::size_t index = 0; index < inputs.items.size(); ++index) {
      const YamlNode& item = inputs.items[index];
      if (!item.is_mapping()) {
        report_shape(item,
                     "an item in the `inputs` of " + name + " must be a mapping" +
                         (item.is_null() ? " but is empty" : ", not " + std::string(kind_name(item))),
                     suggest_item(*module_, item));
      } else if (index + 1 < inputs.items.size() && are_one_item(item, inputs.items[index + 1])) {
        report_split_item(item, inputs.items[++index]);
      } else {
        check_item(item);
      }
    }
  }

  /// Whether neither has what it needs, and both together have it: a dash too many.
  bool are_one_item(const YamlNode& item, const YamlNode& next) const {
    bool lacks = false;
    bool next_lacks = false;
    for (const InputField& field : module_->inputs) {
      const bool here = item.find(field.name) != nullptr;
      const bool there = next.find(field.name) != nullptr;
      if ((here && there) || (field.required && !here && !there)) return false;
      lacks = lacks || (field.required && !here);
      next_lacks = next_lacks || (field.required && !there);
    }
    return lacks && next_lacks;
  }

  void report_split_item(const YamlNode& item, const YamlNode& next) {
    const YamlNode& key = next.entries.front().key;
    findings_->add("missing-input"_code, key.range,
                   std::string(module_->name) + " needs " + required_names(*module_) +
                       " in one item, and this dash begins another",
                   "remove the dash, and indent " + in_backticks(key.text) + " like " +
                       in_backticks(item.entries.front().key.text));
  }

  void check_item(const YamlNode& item) {
    const auto names = input_names(*module_);
    for (const YamlEntry& entry : item.entries) {
      if (std::ranges::find(names, entry.key.text) == names.end()) check_unknown_input(item, entry.key);
    }
    for (const InputField& field : module_->inputs) {
      const YamlNode* value = item.find(field.name);
      if (value != nullptr && !value->is_null()) {
        check_field(field, *value);
      } else if (field.required && (value != nullptr || find_field(item, field.name, names) == nullptr)) {
        std::string meaning(field.description);
        if (meaning.ends_with('.')) meaning.pop_back();
        findings_->add("missing-input"_code, value == nullptr ? head_range(item) : value->range,
                       std::string(module_->name) + " needs the input " + in_backticks(field.name) +
                           (value == nullptr ? "" : ", and it is empty"),
                       "add " + in_backticks(field.name) + ": " + meaning);
      }
    }
    check_one_of(item);
    if (module_->check_item != nullptr) module_->check_item(item, *step_, *findings_);
  }

  /// A misspelt input that the action needs makes the step fail; others are ignored.
  void check_unknown_input(const YamlNode& item, const YamlNode& key) {
    const auto names = input_names(*module_);
    const std::string has_none = std::string(module_->name) + " has no input " + in_backticks(key.text);
    const auto nearest = nearest_name(key.text, names);
    const bool needed = nearest && item.find(*nearest) == nullptr &&
                        std::ranges::any_of(module_->inputs, [&nearest](const InputField& field) {
                          return field.required && field.name == *nearest;
                        });
    Diagnostic& finding =
        needed ? findings_->add("missing-input"_code, key.range, has_none + " and needs " + in_backticks(*nearest),
                                "write " + in_backticks(*nearest))
               : findings_->add("unknown-input"_code, key.range, has_none + " and ignores it",
                                suggest_input(*module_, key.text));
    fix_name(finding, findings_->source(), key.range, key.text, names);
  }

  void check_one_of(const YamlNode& item) {
    const auto given = std::ranges::count_if(module_->one_of, [&item](std::string_view name) {
      const YamlNode* value = item.find(name);
      return value != nullptr && !value->is_null();
    });
    if (module_->one_of.empty() || given == 1) return;
    findings_->add("one-of-inputs"_code, head_range(item),
                   std::string(module_->name) + " needs exactly one of the inputs " + enumerate(module_->one_of) +
                       (given == 0 ? ", and it has none" : ", not several"),
                   given == 0 ? "add one of them" : "remove one of them");
  }

  void check_field(const InputField& field, const YamlNode& value) {
    if (field.unix_only && platform_ == Platform::windows) {
      findings_->add("input-platform"_code, value.range, in_backticks(field.name) + " is not supported on Windows",
                     "remove it");
    }
    if (field.type == InputType::string_list) return check_texts(field, value);
    if (field.type == InputType::string_map) return check_map(field, value);
    if (field.type == InputType::named_values) return check_named_values(field, value);
    if (field.type == InputType::string_or_list && value.is_sequence()) return check_texts(field, value);
    if (!value.is_scalar()) {
      const bool block = value.is_mapping() && value.style == YamlNode::Style::block;
      findings_->add("input-not-text"_code, block ? head_range(value) : value.range,
                     in_backticks(field.name) + " must be " + std::string(expected_for(field.type)) + ", not " +
                         std::string(kind_name(value)),
                     suggest_text(*module_, field, value, findings_->source()));
      return;
    }
    check_nul(value);
    if (!is_known_text(value)) return;
    switch (field.type) {
      case InputType::string:
      case InputType::string_or_list:
        return check_text(field, value);
      case InputType::boolean:
        if (!equal_without_case(value.text, "true") && !equal_without_case(value.text, "false")) {
          findings_->add("input-not-boolean"_code, value.range,
                         in_backticks(field.name) + " must be `true` or `false`, not " + in_backticks(value.text),
                         boolean_meant(value.text));
        }
        return check_value(field, value, *step_, platform_, *findings_);
      case InputType::integer:
        if (!is_integer(value.text)) {
          findings_->add("input-not-integer"_code, value.range,
                         in_backticks(field.name) + " must be a whole number, not " + in_backticks(value.text),
                         "write digits only, without a unit");
          return;
        }
        return check_value(field, value, *step_, platform_, *findings_);
      case InputType::string_list:
      case InputType::string_map:
      case InputType::named_values:
        return;
    }
  }

  static std::string_view expected_for(InputType type) {
    switch (type) {
      case InputType::boolean:
        return "`true` or `false`";
      case InputType::integer:
        return "a whole number";
      case InputType::string_or_list:
        return "a text or a list of texts";
      default:
        return "a text";
    }
  }

  void check_text(const InputField& field, const YamlNode& value) {
    if (value.text.empty()) {
      if (needs_value(*module_, field)) {
        findings_->add(
            "empty-input"_code, value.range,
            std::string(module_->name) + " needs the input " + in_backticks(field.name) + ", and it is empty",
            "write its value, or remove the step");
      }
      return;
    }
    if (!accepts(field, value.text)) {
      findings_->add("input-not-accepted"_code, value.range,
                     in_backticks(field.name) + " cannot be " + in_backticks(value.text),
                     suggest_accepted(field, value.text));
    }
    check_value(field, value, *step_, platform_, *findings_);
  }

  void check_map(const InputField& field, const YamlNode& value) {
    if (!value.is_mapping()) {
      report_type(value, in_backticks(field.name), "a mapping of texts", *findings_);
      return;
    }
    for (const YamlEntry& entry : value.entries) {
      if (entry.value.is_scalar() || entry.value.is_null()) {
        check_nul(entry.value);
        continue;
      }
      findings_->add("input-not-text"_code, entry.value.range,
                     in_backticks(entry.key.text) + " must be a text, not " + std::string(kind_name(entry.value)));
    }
    check_value(field, value, *step_, platform_, *findings_);
  }

  void check_named_values(const InputField& field, const YamlNode& value) {
    if (!value.is_sequence()) {
      report_type(value, in_backticks(field.name), "a list of mappings with `name` and `value`", *findings_,
                  value.is_mapping() ? named_value_suggestion(value) : std::string());
      return;
    }
    for (const YamlNode& item : value.items) {
      const std::string what = "an entry of " + in_backticks(field.name);
      if (!item.is_mapping()) {
        report_type(item, what, "a mapping with `name` and `value`", *findings_);
      } else if (item.find("name") == nullptr && item.find("value") == nullptr) {
        findings_->add("missing-input"_code, head_range(item), what + " needs `name` and `value`",
                       named_value_suggestion(item));
      } else {
        check_named_value(what, item);
      }
    }
  }

  /// For who writes `Text: value` where a name and a value are expected.
  static std::string named_value_suggestion(const YamlNode& mapping) {
    if (mapping.entries.empty()) return {};
    return "write `- name: " + mapping.entries.front().key.text + "` and below it `value: ...`";
  }

  void check_named_value(const std::string& what, const YamlNode& item) {
    for (const YamlEntry& entry : item.entries) {
      if (find_named_value_field(entry.key.text) != nullptr) continue;
      findings_->add("unknown-input"_code, entry.key.range,
                     what + " has no key " + in_backticks(entry.key.text) + ", which is ignored",
                     did_you_mean(entry.key.text, named_value_keys, "it takes `name` and `value`"));
    }
    for (const InputField& field : named_value_fields) {
      const std::string_view key = field.name;
      const YamlNode* const text = item.find(key);
      if (text == nullptr || text->is_null()) {
        findings_->add("missing-input"_code, text == nullptr ? head_range(item) : text->range,
                       what + " needs " + in_backticks(key) + (text == nullptr ? "" : ", and it is empty"),
                       field.may_be_empty ? "write `value: ''` for an empty text" : "");
      } else if (!text->is_scalar()) {
        findings_->add("input-not-text"_code, text->is_mapping() ? head_range(*text) : text->range,
                       in_backticks(key) + " must be a text, not " + std::string(kind_name(*text)),
                       "quote the value if it is a text");
      } else if (!field.may_be_empty && text->text.empty()) {
        findings_->add("empty-input"_code, text->range, what + " needs a " + in_backticks(key) + ", and it is empty");
      } else {
        check_nul(*text);
      }
    }
  }

  void check_texts(const InputField& field, const YamlNode& value) {
    if (!value.is_sequence()) {
      report_type(value, in_backticks(field.name), "a list of texts", *findings_, suggest_list(field, value));
      return;
    }
    if (value.items.empty() && needs_value(*module_, field)) {
      findings_->add("empty-input"_code, value.range,
                     std::string(module_->name) + " needs at least one entry in " + in_backticks(field.name),
                     "add one, or remove the step");
    }
    const std::string what = field.name == "commands" ? "this command" : "this entry of " + in_backticks(field.name);
    for (const YamlNode& item : value.items)
      check_entry(field, what, item);
  }

  /// A command that is not there is an empty line of the script; elsewhere something is missing.
  void report_empty(const InputField& field, const std::string& what, const YamlNode& item) {
    const std::string suggestion =
        "what follows ` #` is a comment of YAML: quote it if it is text, else remove the `-`";
    if (field.name == "commands") {
      findings_->add("command-is-empty"_code, item.range, what + " is empty, and the service may refuse it",
                     suggestion);
    } else {
      findings_->add("empty-item"_code, item.range, what + " is empty", suggestion);
    }
  }

  void check_entry(const InputField& field, const std::string& what, const YamlNode& item) {
    switch (item.kind) {
      case YamlNode::Kind::scalar:
        return check_nul(item);
      case YamlNode::Kind::null:
        return report_empty(field, what, item);
      case YamlNode::Kind::mapping:
        findings_->add("command-is-mapping"_code, item.range,
                       what + " is a mapping, not a text: " +
                           (item.style == YamlNode::Style::flow ? "it starts with `{`"
                                                                : "a colon followed by a blank makes it one"),
                       suggest_entry(item, findings_->source()));
        return;
      case YamlNode::Kind::sequence:
        findings_->add("command-is-list"_code, item.range,
                       what + " is a list, not a text: it starts with " +
                           (item.style == YamlNode::Style::flow ? "`[`" : "a second `- `"),
                       suggest_entry(item, findings_->source()));
        return;
    }
  }

  void check_nul(const YamlNode& scalar) {
    const std::size_t place = scalar.text.find('\0');
    if (place == std::string::npos) return;
    findings_->add("nul-in-input"_code, ScalarPositions(scalar, findings_->source()).range(place, place + 1),
                   "the text holds a NUL character, which no file or program can take",
                   "remove the escape `\\0`, or use single quotes to keep its two characters");
  }

  const Step* step_;
  const ActionModule* module_;
  Platform platform_;
  Findings* findings_;
};

}  // namespace

void check_inputs(const Step& step, const ActionModule& module, Platform platform, Findings& findings) {
  InputsCheck(step, module, platform, findings).check();
}

}  // namespace ibtest
