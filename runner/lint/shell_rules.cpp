#include "runner/lint/shell_rules.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "runner/lint/joined_script.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

constexpr auto shell_table = std::to_array<LintRule>({
    {{"shell-syntax", Severity::error, "GOTCHA-1"}},
});

/// Loops over, tests of, and comparisons with what does not vary, and numbers that are none.
constexpr auto constant_codes = std::to_array<std::string_view>(
    {"SC2043", "SC2050", "SC2078", "SC2151", "SC2152", "SC2157", "SC2158", "SC2159", "SC2160", "SC2161", "SC2170",
     "SC2193", "SC2194", "SC2195", "SC2241", "SC2242", "SC2309"});

bool is_about_reference(const JoinedScript& script, const ShellFinding& finding) {
  return script.is_reference(finding.begin, finding.end) ||
         (is_shell_constant_rule(finding.code) && script.has_reference_beside(finding.begin, finding.end));
}

}  // namespace

std::span<const LintRule> shell_rules() {
  return shell_table;
}

bool is_shellcheck_code(std::string_view id) {
  constexpr std::size_t length = 6;
  return id.size() == length && id.starts_with("SC") &&
         std::ranges::all_of(id.substr(2), [](char character) { return character >= '0' && character <= '9'; });
}

std::string shellcheck_page(std::string_view code) {
  return "https://www.shellcheck.net/wiki/" + std::string(code);
}

bool is_shell_rule(std::string_view id) {
  return is_shellcheck_code(id) || id == shell_table[0].code.name;
}

bool is_shell_syntax_rule(std::string_view id) {
  return (is_shellcheck_code(id) && id[2] == '1') || id == shell_table[0].code.name;
}

bool is_shell_constant_rule(std::string_view id) {
  return std::ranges::find(constant_codes, id) != constant_codes.end();
}

std::vector<Diagnostic> find_in_scripts(const Document& document, const ShellResults& results, bool& complete) {
  std::vector<Diagnostic> found;
  complete = true;
  for (const JoinedScript& script : joined_scripts(document)) {
    const auto result = results.find(script.text());
    complete = complete && result != results.end() && result->second.by_shellcheck;
    if (result == results.end()) continue;
    for (const ShellFinding& finding : result->second.findings) {
      if (is_about_reference(script, finding)) continue;
      found.push_back({finding.code, finding.severity, document.source->name(),
                       script.place(finding.begin, finding.end), finding.message,
                       is_shellcheck_code(finding.code) ? "see " + shellcheck_page(finding.code)
                                                        : "close what was opened, or quote what is text: bash stops "
                                                          "there, after it has run what stands before"});
    }
  }
  return found;
}

}  // namespace ibtest
