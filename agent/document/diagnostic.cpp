#include "agent/document/diagnostic.hpp"

#include <algorithm>
#include <tuple>

#include "agent/document/diagnostic_codes.hpp"

namespace ibtest {

bool operator<(const Diagnostic& a, const Diagnostic& b) {
  const auto key = [](const Diagnostic& diagnostic) {
    return std::tie(diagnostic.file, diagnostic.range.begin.line, diagnostic.range.begin.column, diagnostic.code,
                    diagnostic.message);
  };
  return key(a) < key(b);
}

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::hint:
      return "hint";
  }
  return "error";
}

std::string place_and_message(const Diagnostic& diagnostic) {
  const SourcePosition& place = diagnostic.range.begin;
  std::string text = diagnostic.file;
  if (place.line > 0) text += ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  return text + ": " + diagnostic.message;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(diagnostics,
                             [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; });
}

void make_strict(std::vector<Diagnostic>& diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) {
    const auto code = std::ranges::find(diagnostic_codes, diagnostic.code, &DiagnosticCode::name);
    if (code != diagnostic_codes.end() && code->lenient) diagnostic.severity = Severity::error;
  }
}

void sort_and_deduplicate(std::vector<Diagnostic>& diagnostics) {
  std::ranges::stable_sort(diagnostics, [](const Diagnostic& a, const Diagnostic& b) { return a < b; });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return !(a < b) && !(b < a); };
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), same), diagnostics.end());
}

}  // namespace ibtest
