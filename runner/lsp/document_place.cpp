#include "runner/lsp/document_place.hpp"

#include <algorithm>
#include <span>

namespace ibtest {

namespace {

using Path = std::span<const std::size_t>;

class PlaceReader {
 public:
  explicit PlaceReader(const DocumentOutline& outline) : outline_(&outline) {}

  DocumentPlace read(Path path) {
    if (path.empty()) {
      place_.part = DocumentPart::document;
    } else if (is_key(path[0], "parameters") || is_key(path[0], "constants")) {
      if (path.size() == 3 && is_item(path[1]))
        place_.part = is_key(path[0], "parameters") ? DocumentPart::parameter : DocumentPart::constant;
    } else if (is_key(path[0], "phases")) {
      read_phases(path.subspan(1));
    }
    return place_;
  }

 private:
  [[nodiscard]] bool is_key(std::size_t index, std::string_view key) const {
    return (*outline_)[index].kind == OutlineNode::Kind::key && (*outline_)[index].text == key;
  }
  [[nodiscard]] bool is_item(std::size_t index) const { return (*outline_)[index].kind == OutlineNode::Kind::item; }

  void read_phases(Path path) {
    if (path.empty()) {
      place_.part = DocumentPart::phase_list;
      return;
    }
    if (!is_item(path[0])) return;
    place_.phase = path[0];
    if (path.size() == 1) {
      place_.part = DocumentPart::phase;
    } else if (is_key(path[1], "steps")) {
      read_steps(path.subspan(2));
    }
  }

  void read_steps(Path path) {
    if (path.empty()) {
      place_.part = DocumentPart::step_list;
      return;
    }
    if (!is_item(path[0])) return;
    place_.step = path[0];
    if (const auto action = outline_->child(path[0], "action"))
      place_.module = find_action(unquoted((*outline_)[*action].value));
    if (path.size() == 1) {
      place_.part = DocumentPart::step;
    } else if (is_key(path[1], "inputs")) {
      read_inputs(path.subspan(2));
    } else if (is_key(path[1], "loop")) {
      read_loop(path.subspan(2));
    } else if (is_key(path[1], "if")) {
      read_condition(path.subspan(2), DocumentPart::condition);
    }
  }

  void read_inputs(Path path) {
    if (place_.module == nullptr) return;
    if (place_.module->shape == InputShape::condition) {
      read_condition(path, DocumentPart::nested_condition);
      return;
    }
    if (place_.module->shape == InputShape::list) {
      if (path.empty()) place_.part = DocumentPart::inputs_list;
      if (path.empty() || !is_item(path[0])) return;
      path = path.subspan(1);
    }
    if (path.empty()) {
      place_.part = DocumentPart::inputs;
      return;
    }
    const InputField* field = find_input(*place_.module, (*outline_)[path[0]].text);
    if (field != nullptr && field->type == InputType::named_values && path.size() == 2 && is_item(path[1]))
      place_.part = DocumentPart::named_value;
  }

  void read_loop(Path path) {
    if (path.empty()) {
      place_.part = DocumentPart::loop;
    } else if (path.size() == 1 && is_key(path[0], "for")) {
      place_.part = DocumentPart::for_loop;
    } else if (path.size() == 1 && is_key(path[0], "forEach")) {
      place_.part = DocumentPart::for_each;
    }
  }

  void read_condition(Path path, DocumentPart part) {
    const bool nested = std::ranges::all_of(path, [this](std::size_t index) {
      return is_item(index) || is_key(index, "and") || is_key(index, "or") || is_key(index, "not");
    });
    if (nested) place_.part = path.empty() ? part : DocumentPart::nested_condition;
  }

  const DocumentOutline* outline_;
  DocumentPlace place_;
};

}  // namespace

DocumentPlace place_below(const DocumentOutline& outline, std::size_t parent) {
  const std::vector<std::size_t> path = outline.path(parent);
  return PlaceReader(outline).read(path);
}

const InputField* find_input(const ActionModule& module, std::string_view name) {
  const auto found = std::ranges::find(module.inputs, name, &InputField::name);
  return found == module.inputs.end() ? nullptr : &*found;
}

std::string_view unquoted(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace ibtest
