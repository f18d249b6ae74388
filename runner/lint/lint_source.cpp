#include "runner/lint/lint_source.hpp"

#include <iterator>

#include <fmt/format.h>

#include "agent/document/unicode.hpp"
#include "runner/lint/joined_script.hpp"
#include "runner/lint/recognition.hpp"
#include "runner/lint/unknown_parts.hpp"

namespace ibtest {

namespace {

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
    for (const JoinedScript& script : joined_scripts(*result.document))
      file_.scripts.push_back(script.text());
  }

  void check_whole() {
    DocumentResult result = check_component(source_, {platform_of({}), settings_->parameters,
                                                      settings_->folder / source_->name(), settings_->shell_results});
    count(result);
    if (!result.document) file_.unreadable = true;
    take(std::move(result.diagnostics));
  }

  void check_embedded(const EmbeddedComponent& component, const Recognition& recognition) {
    const EmbeddedText& text = component.text;
    const auto embedded = std::make_shared<const SourceText>(source_->name(), text.text());
    DocumentResult result = check_component(
        embedded, {platform_of(component.platform), settings_->parameters, {}, settings_->shell_results});
    count(result);
    if (!result.document) file_.unreadable = true;
    drop_unknown(text, embedded, result);
    for (Diagnostic& finding : result.diagnostics) {
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
