#include "runner/lsp/completion.hpp"

#include <algorithm>
#include <array>

#include "actions/inputs/action_description.hpp"
#include "actions/inputs/input_field.hpp"
#include "agent/document/document_keys.hpp"
#include "runner/lsp/document_names.hpp"
#include "runner/lsp/document_place.hpp"
#include "runner/lsp/key_description.hpp"
#include "runner/lsp/reference_span.hpp"

namespace ibtest {

namespace {

constexpr std::string_view word_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
constexpr std::array<std::string_view, 2> booleans = {"true", "false"};

/// Keys whose value stands below them.
bool opens_level(DocumentPart part, std::string_view key) {
  const DocumentField* const field = find_document_field(part, key);
  return field != nullptr && (field->type == FieldType::nested || field->type == FieldType::texts);
}

bool is_scalar(InputType type) {
  return type == InputType::string || type == InputType::boolean || type == InputType::integer ||
         type == InputType::string_or_list;
}

std::span<const std::string_view> keys_of(DocumentPart part) {
  switch (part) {
    case DocumentPart::document:
      return document_keys;
    case DocumentPart::parameter:
      return parameter_keys;
    case DocumentPart::constant:
      return constant_keys;
    case DocumentPart::phase:
      return phase_keys;
    case DocumentPart::step:
      return step_keys;
    case DocumentPart::loop:
      return loop_keys;
    case DocumentPart::for_loop:
      return for_keys;
    case DocumentPart::for_each:
      return for_each_keys;
    case DocumentPart::named_value:
      return named_value_keys;
    default:
      return {};
  }
}

class Completer {
 public:
  Completer(std::string_view text, std::size_t cursor)
      : text_(text), cursor_(cursor), outline_(text, cursor), names_(outline_) {}

  std::vector<Completion> run() {
    const auto node = outline_.at_cursor();
    if (!node) return {};
    if (const auto reference = open_reference(text_, cursor_)) {
      complete_reference(*node, *reference);
    } else if (!outline_.cursor_in_block()) {
      complete_word(*node);
    }
    return std::move(completions_);
  }

 private:
  void complete_word(std::size_t index) {
    const OutlineNode& node = outline_[index];
    begin_ = cursor_;
    const LineSpan line = line_around(text_, cursor_);
    while (begin_ > line.begin && word_characters.find(text_[begin_ - 1]) != std::string_view::npos)
      --begin_;
    if (node.kind == OutlineNode::Kind::text) {
      // A dash that the cursor touches begins an item, and no word.
      begin_ = node.begin;
      if (begin_ > line.begin && text_[begin_ - 1] == '-') before_ = " ";
      if (node.text.find_first_not_of(word_characters) != std::string_view::npos) return;
    } else if (node.kind != OutlineNode::Kind::key || begin_ < node.value_begin) {
      return;
    } else {
      if (begin_ > line.begin && text_[begin_ - 1] == ':') before_ = " ";
      // Only the first word of a value, also behind a quote.
      const std::string_view typed = text_.substr(node.value_begin, begin_ - node.value_begin);
      if (!typed.empty() && typed != "\"" && typed != "'") return;
    }
    end_ = std::min(text_.find_first_not_of(word_characters, cursor_), line.end);
    if (node.kind == OutlineNode::Kind::text) {
      complete_key(index);
    } else {
      complete_value(node);
    }
  }

  void add(Completion::Kind kind, std::string_view label, std::string text, std::string detail, std::string description,
           bool preferred = false) {
    Completion completion{kind, std::string(label)};
    completion.text = before_ + std::move(text);
    completion.detail = std::move(detail);
    completion.description = std::move(description);
    completion.preferred = preferred;
    completion.begin = begin_;
    completion.end = end_;
    completions_.push_back(std::move(completion));
  }

  [[nodiscard]] bool has_sibling(std::size_t parent, std::string_view key) const {
    return outline_.child(parent, key).has_value();
  }

  /// What follows a key: nothing where the rest of the line has it already.
  [[nodiscard]] std::string_view behind_key(bool opens) const {
    const std::size_t next = text_.find_first_not_of(' ', end_);
    if (next != std::string_view::npos && text_[next] == ':') return "";
    return opens ? ":" : ": ";
  }

  void complete_key(std::size_t index) {
    const std::size_t parent = outline_[index].parent;
    const DocumentPlace place = place_below(outline_, parent);
    switch (place.part) {
      case DocumentPart::inputs:
      case DocumentPart::inputs_list:
        complete_inputs(parent, place);
        return;
      case DocumentPart::phase_list:
        add(Completion::Kind::key, "- name", "- name: ", "begin a phase", {});
        return;
      case DocumentPart::step_list:
        add(Completion::Kind::key, "- name", "- name: ", "begin a step", {});
        return;
      case DocumentPart::condition:
        add_keys(parent, place.part, outcome_keys);
        complete_condition(parent, place.part);
        return;
      case DocumentPart::nested_condition:
        complete_condition(parent, place.part);
        return;
      default:
        add_keys(parent, place.part, keys_of(place.part));
    }
  }

  void add_keys(std::size_t parent, DocumentPart part, std::span<const std::string_view> keys) {
    for (const std::string_view key : keys) {
      if (has_sibling(parent, key)) continue;
      add(Completion::Kind::key, key, std::string(key) + std::string(behind_key(opens_level(part, key))), {},
          std::string(key_description(part, key)));
    }
  }

  /// A condition has one operator; once it is there only its operand can follow.
  void complete_condition(std::size_t parent, DocumentPart part) {
    const auto present =
        std::ranges::find_if(operator_names, [&](std::string_view name) { return has_sibling(parent, name); });
    if (present == operator_names.end()) {
      add_keys(parent, part, operator_names);
    } else if (const std::string_view second = second_operand_key(*present); !second.empty()) {
      add_keys(parent, part, {&second, 1});
    }
  }

  void complete_inputs(std::size_t parent, const DocumentPlace& place) {
    const std::string dash = place.part == DocumentPart::inputs_list ? "- " : "";
    const auto& one_of = place.module->one_of;
    for (const InputField& field : place.module->inputs) {
      if (dash.empty() && has_sibling(parent, field.name)) continue;
      const bool preferred = field.required || std::ranges::find(one_of, field.name) != one_of.end();
      add(Completion::Kind::key, field.name,
          dash + std::string(field.name) + std::string(behind_key(!is_scalar(field.type))), input_type_text(field),
          std::string(field.description), preferred);
    }
  }

  void add_values(std::span<const std::string_view> values, std::string_view preferred = {}) {
    for (const std::string_view value : values)
      add(Completion::Kind::value, value, std::string(value), {}, {}, value == preferred);
  }

  void complete_value(const OutlineNode& node) {
    const DocumentPlace place = place_below(outline_, node.parent);
    const std::string_view key = node.text;
    if (place.part == DocumentPart::inputs) {
      const InputField* field = find_input(*place.module, key);
      if (field == nullptr) return;
      add_values(field->type == InputType::boolean ? std::span<const std::string_view>(booleans) : field->accepted,
                 field->default_value);
    } else if (place.part == DocumentPart::step && key == "action") {
      for (const ActionModule* module : all_actions())
        add(Completion::Kind::action, module->name, std::string(module->name), std::string(module->summary),
            action_description(*module));
    } else {
      const DocumentField* const field = find_document_field(place.part, key);
      // Delimiters have to be quoted.
      if (field == nullptr || place.part == DocumentPart::for_each) return;
      add_values(field->type == FieldType::boolean ? std::span<const std::string_view>(booleans) : field->words);
    }
  }

  void complete_reference(std::size_t index, const OpenReference& open) {
    const std::vector<std::size_t> path = outline_.path(index);
    const DocumentPlace place = place_below(outline_, index);
    if (!place.step) return;
    // phases, item, steps, item, and the key of the step
    constexpr std::size_t key_level = 4;
    if (path.size() <= key_level) return;
    const std::string_view key = outline_[path[key_level]].text;
    if (key != "inputs" && key != "loop" && key != "if") return;
    const bool in_condition = key == "if" || (place.module != nullptr && place.module->shape == InputShape::condition);
    const bool second_operand = std::ranges::find(operand_keys, outline_[path.back()].text) != operand_keys.end();
    begin_ = open.begin;
    end_ = open.end;
    before_ = text_.substr(0, open.begin).ends_with("{{") ? " " : "";
    for (const std::string& name : names_.references(*place.step, !in_condition || second_operand, key == "inputs")) {
      const bool goes_on = name.ends_with(':');
      add(Completion::Kind::reference, name, name + (open.closed || goes_on ? "" : " }}"), detail_of(name), {});
    }
  }

  [[nodiscard]] std::string detail_of(const std::string& name) const {
    if (const auto variable = names_.find_variable(name)) return variable->constant ? "constant" : "parameter";
    return {};
  }

  std::string_view text_;
  std::size_t cursor_;
  DocumentOutline outline_;
  DocumentNames names_;
  std::vector<Completion> completions_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string before_;
};

}  // namespace

std::vector<Completion> complete(std::string_view text, std::size_t cursor) {
  return Completer(text, std::min(cursor, text.size())).run();
}

}  // namespace ibtest
