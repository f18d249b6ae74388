#pragma once

#include <span>
#include <string>

#include "runner/lint/lint_source.hpp"

namespace ibtest {

/// The findings as people read them: each with its source line and suggestion.
[[nodiscard]] std::string text_report(std::span<const LintedFile> files, bool color);

}  // namespace ibtest
