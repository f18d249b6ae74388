#include "runner/lint/rule_help.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "runner/lint/lint_report.hpp"
#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/shell_check.hpp"
#include "runner/lint/shell_rules.hpp"
#include "runner/report/palette.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {

namespace {

constexpr std::size_t text_width = 100;

Paint paint_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return Paint::bold_red;
    case Severity::warning:
      return Paint::bold_yellow;
    case Severity::hint:
      return Paint::cyan;
  }
  return Paint::none;
}

/// A paragraph, broken into lines.
std::string filled(std::string_view text) {
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    const std::size_t width = display_width(word);
    if (column > 0) {
      const bool fits = column + 1 + width <= text_width;
      result += fits ? ' ' : '\n';
      column = fits ? column + 1 : 0;
    }
    result += word;
    column += width;
    text.remove_prefix(end);
  }
  return result + "\n";
}

std::string indented(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    result += (line.empty() ? "" : "    ") + std::string(line) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string example_findings(const DiagnosticCode& rule, std::string_view document) {
  const auto source = std::make_shared<const SourceText>("bad.yml", std::string(document));
  LintResult result;
  LintedFile file = lint_source(source, {}, true);
  if (is_shell_rule(rule.name)) {
    ShellResults shell_results;
    static_cast<void>(
        check_shell_scripts({file.scripts.begin(), file.scripts.end()}, {.shellcheck = false}, shell_results));
    file = lint_source(source, {.shell_results = &shell_results}, true);
  }
  result.files.push_back(std::move(file));
  return text_report(result, false);
}

std::string how_to_suppress(std::string_view id) {
  return fmt::format("To suppress it, on its line or alone on the line before:\n    # ibtest: ignore {} -- reason\n",
                     id);
}

}  // namespace

std::string rule_help(const DiagnosticCode& rule, bool color) {
  const Palette palette(color);
  std::string text = palette.paint(Paint::bold, rule.name) + ": " +
                     palette.paint(paint_of(rule.severity), severity_name(rule.severity));
  text += rule.rule.empty() ? "\n" : fmt::format(", {}\n", rule.rule);
  const RuleExplanation* explanation = find_explanation(rule.name);
  if (explanation == nullptr) return text;
  text += "\n" + filled(explanation->text);
  if (explanation->bad.empty()) return text;
  text += "\n" + palette.paint(Paint::bold, "bad.yml") + "\n" + indented(explanation->bad) + "\n" +
          indented(example_findings(rule, explanation->bad));
  if (!explanation->good.empty())
    text += "\n" + palette.paint(Paint::bold, "good.yml") + "\n" + indented(explanation->good);
  return text + "\n" + how_to_suppress(rule.name);
}

std::string shellcheck_help(const std::string& code, bool color) {
  return Palette(color).paint(Paint::bold, code) +
         ": found by ShellCheck, where it is installed, in the commands of ExecuteBash steps\n\n" +
         shellcheck_page(code) + "\n\n" + how_to_suppress(code);
}

std::string rule_table(bool color) {
  const Palette palette(color);
  std::size_t width = 0;
  for (const DiagnosticCode* rule : all_rules())
    width = std::max(width, rule->name.size());
  std::string text;
  for (const DiagnosticCode* rule : all_rules()) {
    const std::string_view severity = severity_name(rule->severity);
    text += pad_to_width(rule->name, width + 2) + palette.paint(paint_of(rule->severity), severity);
    if (!rule->rule.empty()) text += std::string(9 - severity.size(), ' ') + std::string(rule->rule);
    text += "\n";
  }
  return text;
}

}  // namespace ibtest
