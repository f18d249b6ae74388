#include "runner/lint/unknown_parts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "agent/document/yaml_tree.hpp"
#include "runner/lint/shell_rules.hpp"

namespace ibtest {

namespace {

/// Findings that something is not there, or is something else than it should be because a part is missing.
constexpr auto findings_of_absence = std::to_array<std::string_view>({"missing-key",
                                                                      "schema-version",
                                                                      "no-phases",
                                                                      "no-standard-phase",
                                                                      "empty-steps",
                                                                      "missing-inputs",
                                                                      "inputs-shape",
                                                                      "missing-input",
                                                                      "empty-item",
                                                                      "command-is-empty",
                                                                      "one-of-inputs",
                                                                      "wrong-type",
                                                                      "unused-anchor",
                                                                      "undeclared-reference",
                                                                      "chaining-unknown-phase",
                                                                      "chaining-unknown-step",
                                                                      "chaining-unknown-key",
                                                                      "chaining-order",
                                                                      "chaining-index",
                                                                      "loop-kind",
                                                                      "loop-reference",
                                                                      "condition-empty",
                                                                      "useless-suppression"});

/// Findings that a line elsewhere in the document settles, in a script too.
constexpr auto findings_settled_by_lines = std::to_array<std::string_view>(
    {"failure-unnoticed", "home-not-set", "reboot-loop", "download-not-verified", "interactive-package-manager",
     "background-output", "unused-variable", "service-not-enabled", "powershell-syntax", "temporary-file-lost",
     "removed-by-cleanup"});

/// Findings that a value elsewhere in the document settles.
constexpr auto findings_settled_by_values =
    std::to_array<std::string_view>({"value-not-allowed", "output-of-skipped-step"});

/// Keys whose values hold other parts of the document.
constexpr auto structural_keys =
    std::to_array<std::string_view>({"phases", "steps", "parameters", "constants", "inputs"});

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

class StructureCheck {
 public:
  explicit StructureCheck(const EmbeddedText& text) : text_(&text) {}

  /// Whether an opaque part is a key, or stands for keys, items or steps.
  // NOLINTNEXTLINE(misc-no-recursion): bounded by the budget of the YAML reader.
  [[nodiscard]] bool is_unknown(const YamlNode& node) const {
    const bool unknown_entry = std::ranges::any_of(node.entries, [&](const YamlEntry& entry) {
      const bool structural = holds(structural_keys, entry.key.text);
      return text_->touches_opaque(entry.key.range) || (structural && is_opaque_part(entry.value)) ||
             is_unknown(entry.value);
    });
    return unknown_entry || std::ranges::any_of(node.items, [this](const YamlNode& item) { return is_unknown(item); });
  }

  /// Whether all opaque lines are lines of texts, such as scripts.
  [[nodiscard]] bool lines_are_text(const YamlNode& root) const {
    return std::ranges::all_of(text_->opaque_lines(),
                               [&](std::size_t offset) { return is_inside_scalar(root, offset); });
  }

 private:
  [[nodiscard]] bool is_opaque_scalar(const YamlNode& node) const {
    return node.is_scalar() && text_->touches_opaque(node.range);
  }

  [[nodiscard]] bool is_opaque_part(const YamlNode& value) const {
    return is_opaque_scalar(value) ||
           std::ranges::any_of(value.items, [this](const YamlNode& item) { return is_opaque_scalar(item); });
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  static bool is_inside_scalar(const YamlNode& node, std::size_t offset) {
    if (node.is_scalar()) return node.range.begin.offset < offset && offset < node.range.end.offset;
    const auto inside = [offset](const YamlNode& child) { return is_inside_scalar(child, offset); };
    return std::ranges::any_of(node.items, inside) ||
           std::ranges::any_of(node.entries, [&](const YamlEntry& entry) { return inside(entry.value); });
  }

  const EmbeddedText* text_;
};

bool has_unknown_name(const EmbeddedText& text, const Document& document) {
  const auto unknown = [&](const auto& named) { return text.touches_opaque(named.name.range); };
  return std::ranges::any_of(document.parameters, unknown) || std::ranges::any_of(document.constants, unknown) ||
         std::ranges::any_of(document.phases, [&](const Phase& phase) {
           return unknown(phase) || std::ranges::any_of(phase.steps, unknown);
         });
}

/// Scripts lack the lines that are not known, and what varies in the cloud is a fixed text in them.
bool is_unsure_shell_finding(const EmbeddedText& text, const SourceText& source, const Diagnostic& finding) {
  if (is_shell_syntax_rule(finding.code)) return !text.opaque_lines().empty();
  if (!is_shell_constant_rule(finding.code)) return false;
  return text.touches_opaque(
      source.range(source.line_start(finding.range.begin.line), source.line_start(finding.range.end.line + 1)));
}

}  // namespace

void drop_unknown(const EmbeddedText& text, const std::shared_ptr<const SourceText>& source, DocumentResult& result) {
  if (!text.has_opaque()) return;
  const YamlResult yaml = parse_yaml(source);
  const StructureCheck structure(text);
  const bool known_lines = yaml.root && structure.lines_are_text(*yaml.root);
  if (!result.document && !text.opaque_lines().empty() && !known_lines) {
    result.diagnostics.clear();
    return;
  }
  const bool unknown_structure =
      !known_lines || structure.is_unknown(*yaml.root) || (result.document && has_unknown_name(text, *result.document));
  std::erase_if(result.diagnostics, [&](const Diagnostic& finding) {
    return holds(findings_settled_by_values, finding.code) ||
           (!text.opaque_lines().empty() && holds(findings_settled_by_lines, finding.code)) ||
           (unknown_structure && holds(findings_of_absence, finding.code)) ||
           is_unsure_shell_finding(text, *source, finding) ||
           (finding.range.begin.line > 0 && text.touches_opaque(finding.range));
  });
}

}  // namespace ibtest
