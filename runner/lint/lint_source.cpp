#include "runner/lint/lint_source.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "agent/document/unicode.hpp"
#include "agent/document/yaml_tree.hpp"
#include "runner/lint/recognition.hpp"

namespace ibtest {

namespace {

/// Findings that something is not there, or has no such name: not to be said where something unknown may hold it.
constexpr auto findings_of_absence = std::to_array<std::string_view>(
    {"missing-key", "schema-version", "no-phases", "no-standard-phase", "empty-steps", "missing-inputs",
     "missing-input", "one-of-inputs", "unused-anchor", "undeclared-reference", "chaining-unknown-phase",
     "chaining-unknown-step", "chaining-unknown-key", "chaining-index", "loop-reference", "useless-suppression"});

// NOLINTNEXTLINE(misc-no-recursion): bounded by the budget of the YAML reader.
bool is_inside_scalar(const YamlNode& node, std::size_t offset) {
  if (node.is_scalar()) return node.range.begin.offset < offset && offset < node.range.end.offset;
  const auto inside = [offset](const YamlNode& child) { return is_inside_scalar(child, offset); };
  return std::ranges::any_of(node.items, inside) ||
         std::ranges::any_of(node.entries, [&](const YamlEntry& entry) { return inside(entry.value); });
}

/// Whether something unknown may hold keys, steps or names of the document.
bool has_unknown_structure(const EmbeddedText& text, const std::shared_ptr<const SourceText>& source,
                           const std::optional<Document>& document) {
  if (text.has_opaque_lines()) {
    const YamlResult yaml = parse_yaml(source);
    const bool all_inside = yaml.root && std::ranges::all_of(text.opaque_lines(), [&](std::size_t offset) {
                              return is_inside_scalar(*yaml.root, offset);
                            });
    if (!all_inside) return true;
  }
  if (!document || !text.has_opaque()) return false;
  const auto unknown_name = [&](const auto& named) { return text.touches_opaque(named.name.range); };
  return std::ranges::any_of(document->parameters, unknown_name) ||
         std::ranges::any_of(document->constants, unknown_name) ||
         std::ranges::any_of(document->phases, [&](const Phase& phase) {
           return unknown_name(phase) || std::ranges::any_of(phase.steps, unknown_name);
         });
}

class FileLint {
 public:
  FileLint(const std::shared_ptr<const SourceText>& source, const LintSettings& settings)
      : source_(source), settings_(&settings), file_{source} {}

  LintedFile run(bool named) {
    const Recognition recognition = recognise(source_, named);
    file_.otherwise = recognition.otherwise;
    switch (recognition.kind) {
      case Recognition::Kind::component:
        check_whole();
        break;
      case Recognition::Kind::host:
        file_.is_host = true;
        take(recognition.diagnostics);
        for (const EmbeddedComponent& component : recognition.components)
          check_embedded(component, recognition);
        break;
      case Recognition::Kind::other:
        break;
    }
    sort_and_deduplicate(file_.findings);
    apply_severities(settings_->severities, file_.findings);
    return std::move(file_);
  }

 private:
  void take(std::vector<Diagnostic> findings) {
    file_.findings.insert(file_.findings.end(), std::make_move_iterator(findings.begin()),
                          std::make_move_iterator(findings.end()));
  }

  [[nodiscard]] std::optional<Platform> platform_of(const std::optional<Platform>& resource) const {
    if (settings_->platform) return settings_->platform;
    return resource ? resource : settings_->default_platform;
  }

  void count(const DocumentResult& result) {
    ++file_.components;
    if (!result.document) return;
    for (const Parameter& parameter : result.document->parameters)
      file_.declared_parameters.push_back(parameter.name.value);
    for (const Constant& constant : result.document->constants)
      file_.declared_parameters.push_back(constant.name.value);
  }

  void check_whole() {
    DocumentResult result = check_component(source_, {platform_of({}), settings_->parameters});
    count(result);
    if (!result.document) file_.unreadable = true;
    take(std::move(result.diagnostics));
  }

  void check_embedded(const EmbeddedComponent& component, const Recognition& recognition) {
    const EmbeddedText& text = component.text;
    const auto embedded = std::make_shared<const SourceText>(source_->name(), text.text());
    DocumentResult result = check_component(embedded, {platform_of(component.platform), settings_->parameters});
    count(result);
    if (!result.document) file_.unreadable = true;
    const bool unknown_structure = has_unknown_structure(text, embedded, result.document);
    for (Diagnostic& finding : result.diagnostics) {
      const bool about_absence = std::ranges::find(findings_of_absence, finding.code) != findings_of_absence.end();
      if (unknown_structure && about_absence) continue;
      if (text.has_opaque() && finding.code == "value-not-allowed") continue;
      if (finding.range.begin.line > 0 && text.touches_opaque(finding.range)) continue;
      if (recognition.format->generated) finding.fix.clear();
      file_.findings.push_back(in_host(component, std::move(finding), recognition.is_json));
    }
  }

  static Diagnostic in_host(const EmbeddedComponent& component, Diagnostic finding, bool is_json) {
    // In JSON a document is one long line: the line of the file says little.
    if (is_json)
      finding.message += finding.range.begin.line == 0 ? fmt::format(" ({})", in_backticks(component.resource))
                                                       : fmt::format(" ({}, line {})", in_backticks(component.resource),
                                                                     finding.range.begin.line);
    finding.range = finding.range.begin.line == 0 ? SourceRange{component.place.begin, component.place.begin}
                                                  : component.text.in_host(finding.range);
    std::vector<TextEdit> fix;
    for (const TextEdit& edit : finding.fix) {
      auto mapped = component.text.in_host(edit);
      if (!mapped) {
        fix.clear();
        break;
      }
      fix.push_back(std::move(*mapped));
    }
    finding.fix = std::move(fix);
    return finding;
  }

  std::shared_ptr<const SourceText> source_;
  const LintSettings* settings_;
  LintedFile file_;
};

}  // namespace

void apply_severities(const RuleSeverities& severities, std::vector<Diagnostic>& findings) {
  if (severities.empty()) return;
  std::erase_if(findings, [&](Diagnostic& finding) {
    const auto wanted = severities.find(finding.code);
    if (wanted == severities.end()) return false;
    if (wanted->second) finding.severity = *wanted->second;
    return !wanted->second.has_value();
  });
}

LintedFile lint_source(const std::shared_ptr<const SourceText>& source, const LintSettings& settings, bool named) {
  return FileLint(source, settings).run(named);
}

}  // namespace ibtest
