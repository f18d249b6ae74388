#include "runner/lsp/navigation.hpp"

#include <variant>

#include "actions/inputs/action_description.hpp"
#include "runner/lsp/document_names.hpp"
#include "runner/lsp/document_place.hpp"
#include "runner/lsp/key_description.hpp"
#include "runner/lsp/reference_span.hpp"

namespace ibtest {

namespace {

/// Looks at what stands at one offset of a document.
class Navigator {
 public:
  Navigator(std::string_view text, std::size_t offset)
      : text_(text), offset_(std::min(offset, text.size())), outline_(text), names_(outline_) {}

  std::optional<HoverText> hover() const {
    const auto index = outline_.node_before(offset_);
    if (!index) return std::nullopt;
    if (const auto placed = reference_at(text_, offset_)) {
      std::string markdown = about(placed->reference);
      if (!markdown.empty()) return HoverText{std::move(markdown), placed->begin, placed->end};
    }
    const OutlineNode& node = outline_[*index];
    if (node.kind != OutlineNode::Kind::key) return std::nullopt;
    const DocumentPlace place = place_below(outline_, node.parent);
    if (offset_ <= node.end) {
      std::string markdown = about_key(node, place);
      if (markdown.empty()) return std::nullopt;
      return HoverText{std::move(markdown), node.begin, node.end};
    }
    const std::size_t value_end = node.value_begin + node.value.size();
    const bool is_action = place.part == DocumentPart::step && node.text == "action" && place.module != nullptr;
    if (!is_action || offset_ < node.value_begin || offset_ > value_end) return std::nullopt;
    return HoverText{action_description(*place.module), node.value_begin, value_end};
  }

  std::optional<DefinitionSpan> definition() const {
    const auto placed = reference_at(text_, offset_);
    if (!placed) return std::nullopt;
    const auto node = definition_of(placed->reference);
    if (!node) return std::nullopt;
    const OutlineNode& found = outline_[*node];
    // Of a name that is a value, the value.
    if (found.text != "name" || found.value.empty()) return DefinitionSpan{found.begin, found.end};
    return DefinitionSpan{found.value_begin, found.value_begin + found.value.size()};
  }

 private:
  static std::string about_key(const OutlineNode& node, const DocumentPlace& place) {
    if (place.part == DocumentPart::inputs) {
      const InputField* field = find_input(*place.module, node.text);
      return field == nullptr ? std::string() : input_description(*field);
    }
    const std::string_view description = key_description(place.part, node.text);
    return description.empty() ? std::string() : "**" + std::string(node.text) + "**\n\n" + std::string(description);
  }

  /// A key below a declaration as a line of Markdown.
  [[nodiscard]] std::string field(std::size_t declaration, std::string_view key, std::string_view what) const {
    const auto found = outline_.child(declaration, key);
    if (!found || outline_[*found].value.empty()) return {};
    return "\n\n" + std::string(what) + std::string(unquoted(outline_[*found].value));
  }

  [[nodiscard]] std::string about(const Reference& reference) const {
    if (const auto* variable = std::get_if<VariableReference>(&reference.form)) {
      const auto known = names_.find_variable(variable->name);
      if (!known) return {};
      return (known->constant ? "constant **" : "parameter **") + variable->name + "**" +
             field(known->key, "description", "") + field(known->key, "default", "default: ") +
             field(known->key, "value", "value: ");
    }
    if (const auto* chain = std::get_if<ChainingReference>(&reference.form)) {
      const StepName* step = names_.find_step(chain->phase, chain->step);
      if (step == nullptr) return {};
      const std::string what = chain->outputs ? "output" : "input";
      std::string markdown =
          what + " **" + chain->key + "** of the step " + chain->step + " in the phase " + chain->phase;
      if (step->module == nullptr) return markdown;
      markdown += " (" + std::string(step->module->name) + ")";
      const InputField* input = chain->outputs ? nullptr : find_input(*step->module, chain->key);
      return markdown + "\n\n" + std::string(input == nullptr ? step->module->summary : input->description);
    }
    if (const auto* loop = std::get_if<LoopReference>(&reference.form); loop != nullptr && definition_of(reference))
      return loop->index ? "the number of the iteration" : "the value of the iteration";
    return {};
  }

  [[nodiscard]] std::optional<std::size_t> definition_of(const Reference& reference) const {
    if (const auto* variable = std::get_if<VariableReference>(&reference.form)) {
      const auto known = names_.find_variable(variable->name);
      return known ? std::optional(known->key) : std::nullopt;
    }
    if (const auto* chain = std::get_if<ChainingReference>(&reference.form)) {
      const StepName* step = names_.find_step(chain->phase, chain->step);
      return step == nullptr ? std::nullopt : std::optional(step->name);
    }
    const auto* variable = std::get_if<LoopReference>(&reference.form);
    const auto index = outline_.node_before(offset_);
    if (variable == nullptr || !index) return std::nullopt;
    const auto step = place_below(outline_, *index).step;
    const auto loop = step ? outline_.child(*step, "loop") : std::nullopt;
    if (!loop) return std::nullopt;
    const auto name = outline_.child(*loop, "name");
    if (name && unquoted(outline_[*name].value) == variable->loop) return name;
    return variable->loop == "loop" ? loop : std::nullopt;
  }

  std::string_view text_;
  std::size_t offset_;
  DocumentOutline outline_;
  DocumentNames names_;
};

}  // namespace

std::optional<HoverText> hover_at(std::string_view text, std::size_t offset) {
  return Navigator(text, offset).hover();
}

std::optional<DefinitionSpan> definition_at(std::string_view text, std::size_t offset) {
  return Navigator(text, offset).definition();
}

}  // namespace ibtest
