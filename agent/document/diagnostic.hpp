#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/source_text.hpp"

namespace ibtest {

enum class Severity { error, warning, hint };

/// A replacement of bytes [begin, end) of the source text.
struct TextEdit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string replacement;
};

/// One finding about a document: data, never thrown.
struct Diagnostic {
  std::string code;  ///< stable kebab-case identifier, e.g. "unknown-key" (diagnostic_codes.hpp lists all)
  Severity severity = Severity::error;
  std::string file;                ///< the SourceText's name
  SourceRange range;               ///< line 0 when the finding is about the file as a whole
  std::string message;             ///< what is wrong and what was expected, one sentence, no final full stop
  std::string suggestion;          ///< what to do, e.g. "did you mean `commands`?"; may be empty
  std::vector<TextEdit> fix = {};  ///< what mends it beyond doubt, in source order; mostly empty
};

/// Order for printing: file, position, code.
[[nodiscard]] bool operator<(const Diagnostic& a, const Diagnostic& b);

[[nodiscard]] std::string_view severity_name(Severity severity);

/// Renders `file:line:column: error: message [code]`, the source line, a caret and the suggestion, each on its own
/// line. `source` may be null. ANSI colours only when `color` is set. Control characters of the source never reach the
/// terminal raw.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, const SourceText* source, bool color);

/// `file:line:column: message` on one line, without colours: for programs.
[[nodiscard]] std::string place_and_message(const Diagnostic& diagnostic);

[[nodiscard]] bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// Turns the warnings about what the service may refuse into errors (EMU-19).
void make_strict(std::vector<Diagnostic>& diagnostics);

/// Puts them into printing order. What an alias repeats is found once per use but said once.
void sort_and_deduplicate(std::vector<Diagnostic>& diagnostics);

}  // namespace ibtest
