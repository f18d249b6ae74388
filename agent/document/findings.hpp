#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/document/diagnostic_codes.hpp"
#include "agent/document/source_text.hpp"

namespace ibtest {

/// Collects the findings about one source.
class Findings {
 public:
  explicit Findings(const SourceText& source) : source_(&source) {}

  /// `findings.add("unknown-key"_code, ...)`: severity comes from the table of codes. A default range is about the file
  /// as a whole. The finding that it returns is there for a fix to be added, until the next call.
  Diagnostic& add(CodeName code, const SourceRange& range, std::string message, std::string suggestion = {}) {
    return diagnostics_.emplace_back(Diagnostic{std::string(code.code().name), code.code().severity, source_->name(),
                                                range, std::move(message), std::move(suggestion)});
  }
  void add(std::vector<Diagnostic> diagnostics) {
    diagnostics_.insert(diagnostics_.end(), std::make_move_iterator(diagnostics.begin()),
                        std::make_move_iterator(diagnostics.end()));
  }

  [[nodiscard]] const SourceText& source() const { return *source_; }
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return diagnostics_; }
  [[nodiscard]] std::vector<Diagnostic> take() { return std::move(diagnostics_); }

 private:
  const SourceText* source_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace ibtest
