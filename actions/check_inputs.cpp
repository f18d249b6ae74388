#include "actions/check_inputs.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "actions/check_values.hpp"
#include "actions/input_field.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

/// The value as its author should have written it: the rest of its first line in quotes.
std::string quote_suggestion(const SourceText& source, const YamlNode& node) {
  constexpr std::size_t longest = 60;
  const SourcePosition& begin = node.range.begin;
  const std::size_t start = source.line_start(begin.line);
  const std::string_view line = source.line(begin.line);
  const std::string_view written = line.substr(std::min(begin.offset - start, line.size()));
  if (written.empty() || written.size() > longest) return "quote the whole entry, or put it in a `|` block";
  std::string quoted = "'";
  for (const char character : written)
    quoted += character == '\'' ? "''" : std::string(1, character);
  return "write " + quoted + "', or put it in a `|` block";
}

class InputsCheck {
 public:
  InputsCheck(const Step& step, const ActionModule& module, Platform platform, Findings& findings)
      : step_(&step), module_(&module), platform_(platform), findings_(&findings) {}

  void check() {
    const Step& step = *step_;
    const bool empty =
        !step.inputs || (!step.inputs->is_scalar() && step.inputs->items.empty() && step.inputs->entries.empty());
    if (empty) {
      if (module_->inputs_optional) return;
      findings_->add("missing-inputs"_code, step.inputs ? step.inputs->range : step.action.range,
                     std::string(module_->name) + " has no inputs; it requires `inputs`",
                     module_->shape == InputShape::condition
                         ? "add `inputs` with one operator, e.g. `fileExists: /etc/fstab`"
                         : "add `inputs` with " + required_names());
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
  /// "`path` and `owner`", or "`commands` or `file`".
  std::string required_names() const {
    std::vector<std::string_view> names;
    for (const InputField& field : module_->inputs) {
      if (field.required) names.push_back(field.name);
    }
    std::string text = enumerate(names);
    for (const std::string_view name : module_->one_of)
      text += (text.empty() ? "" : " or ") + in_backticks(name);
    return text;
  }

  void report_shape(const YamlNode& node, const std::string& message, std::string suggestion) {
    findings_->add("inputs-shape"_code, node.is_mapping() ? head_range(node) : node.range, message,
                   std::move(suggestion));
  }

  void check_object(const YamlNode& inputs) {
    if (inputs.is_mapping()) return check_item(inputs);
    report_shape(
        inputs,
        "the `inputs` of " + std::string(module_->name) + " must be a mapping, not " + std::string(kind_name(inputs)),
        inputs.is_sequence() ? "remove the `- ` below `inputs`"
                             : "write " + required_names() + " below `inputs`, indented");
  }

  void check_list(const YamlNode& inputs) {
    const std::string of_module = "the `inputs` of " + std::string(module_->name) + " must be a list of mappings";
    if (inputs.is_mapping()) {
      findings_->add("single-mapping"_code, head_range(inputs), of_module + ", not one mapping",
                     "put `- ` before the first key and indent the others");
      return check_item(inputs);
    }
    if (!inputs.is_sequence()) return report_shape(inputs, of_module + ", not a text", "begin each item with `- `");
    for (const YamlNode& item : inputs.items) {
      if (item.is_mapping()) {
        check_item(item);
      } else {
        report_shape(item,
                     "an item of " + of_module.substr(4, of_module.find(" must") - 4) + " must be a mapping" +
                         (item.is_null() ? " but is empty" : ", not " + std::string(kind_name(item))),
                     "write " + required_names() + " in each item");
      }
    }
  }

  void check_item(const YamlNode& item) {
    std::vector<std::string_view> names;
    for (const InputField& field : module_->inputs)
      names.push_back(field.name);
    for (const YamlEntry& entry : item.entries) {
      if (std::ranges::find(names, entry.key.text) != names.end()) continue;
      Diagnostic& finding = findings_->add(
          "unknown-input"_code, entry.key.range,
          std::string(module_->name) + " has no input " + in_backticks(entry.key.text) + " and ignores it",
          did_you_mean(entry.key.text, names, "it takes " + enumerate(names)));
      fix_name(finding, findings_->source(), entry.key.range, entry.key.text, names);
    }
    for (const InputField& field : module_->inputs) {
      const YamlNode* value = item.find(field.name);
      if (value == nullptr || value->is_null()) {
        if (!field.required) continue;
        findings_->add("missing-input"_code, value == nullptr ? head_range(item) : value->range,
                       std::string(module_->name) + " needs the input " + in_backticks(field.name) +
                           (value == nullptr ? "" : ", and it is empty"));
        continue;
      }
      check_field(field, *value);
    }
    check_one_of(item);
    if (module_->check_item != nullptr) module_->check_item(item, *step_, *findings_);
  }

  void check_one_of(const YamlNode& item) {
    const auto given = std::ranges::count_if(module_->one_of, [&item](std::string_view name) {
      const YamlNode* value = item.find(name);
      return value != nullptr && !value->is_null();
    });
    if (module_->one_of.empty() || given == 1) return;
    findings_->add("one-of-inputs"_code, head_range(item),
                   std::string(module_->name) + " needs exactly one of the inputs " + enumerate(module_->one_of) +
                       (given == 0 ? ", and it has none" : ", not several"));
  }

  void check_field(const InputField& field, const YamlNode& value) {
    if (field.unix_only && platform_ == Platform::windows) {
      findings_->add("input-platform"_code, value.range, in_backticks(field.name) + " is not supported on Windows",
                     "remove it");
    }
    if (field.type == InputType::string_list) return check_texts(field, value);
    if (field.type == InputType::string_map) return check_map(field, value);
    if (field.type == InputType::string_or_list && value.is_sequence()) return check_texts(field, value);
    if (!value.is_scalar()) {
      const bool text = field.type == InputType::string;
      findings_->add("input-not-text"_code, value.is_mapping() ? head_range(value) : value.range,
                     in_backticks(field.name) + " must be " + std::string(expected_for(field.type)) + ", not " +
                         std::string(kind_name(value)),
                     text ? "quote the value if it is a text" : std::string());
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
                         in_backticks(field.name) + " must be `true` or `false`, not " + in_backticks(value.text));
        }
        return check_value(field, value, *step_, platform_, *findings_);
      case InputType::integer:
        if (!is_integer(value.text)) {
          findings_->add("input-not-integer"_code, value.range,
                         in_backticks(field.name) + " must be a whole number, not " + in_backticks(value.text));
          return;
        }
        return check_value(field, value, *step_, platform_, *findings_);
      case InputType::string_list:
      case InputType::string_map:
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
            std::string(module_->name) + " needs the input " + in_backticks(field.name) + ", and it is empty");
      }
      return;
    }
    if (!accepts(field, value.text)) {
      findings_->add("input-not-accepted"_code, value.range,
                     in_backticks(field.name) + " cannot be " + in_backticks(value.text),
                     did_you_mean(value.text, field.accepted, "use one of " + enumerate(field.accepted)));
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

  void check_texts(const InputField& field, const YamlNode& value) {
    if (!value.is_sequence()) {
      std::string suggestion = value.is_scalar() ? "begin each entry with `- ` on a line of its own" : std::string();
      report_type(value, in_backticks(field.name), "a list of texts", *findings_, std::move(suggestion));
      return;
    }
    if (value.items.empty() && needs_value(*module_, field)) {
      findings_->add("empty-input"_code, value.range,
                     std::string(module_->name) + " needs at least one entry in " + in_backticks(field.name));
    }
    const std::string what = field.name == "commands" ? "this command" : "this entry of " + in_backticks(field.name);
    for (const YamlNode& item : value.items)
      check_entry(what, item);
  }

  void check_entry(const std::string& what, const YamlNode& item) {
    switch (item.kind) {
      case YamlNode::Kind::scalar:
        return check_nul(item);
      case YamlNode::Kind::null:
        findings_->add("empty-item"_code, item.range, what + " is empty",
                       "what follows ` #` is a comment of YAML: quote it if it is text, else remove the `-`");
        return;
      case YamlNode::Kind::mapping:
        findings_->add("command-is-mapping"_code, item.range,
                       what + " is a mapping, not a text: " +
                           (item.style == YamlNode::Style::flow ? "it starts with `{`"
                                                                : "a colon followed by a blank makes it one"),
                       quote_suggestion(findings_->source(), item));
        return;
      case YamlNode::Kind::sequence:
        findings_->add("command-is-list"_code, item.range,
                       what + " is a list, not a text: it starts with " +
                           (item.style == YamlNode::Style::flow ? "`[`" : "a second `- `"),
                       quote_suggestion(findings_->source(), item));
        return;
    }
  }

  void check_nul(const YamlNode& scalar) {
    if (scalar.text.find('\0') == std::string::npos) return;
    findings_->add("nul-in-input"_code, scalar.range,
                   "the text holds a NUL character, which no file or program can take", "remove the escape `\\0`");
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
