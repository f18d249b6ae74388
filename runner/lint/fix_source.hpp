#pragma once

#include "runner/lint/lint_source.hpp"

namespace ibtest {

struct FixedFile {
  LintedFile file;        ///< the mended text and what is found in it
  std::size_t count = 0;  ///< fixes that were applied
};

/// Applies the fixes of a file's findings, one after another, and lints after each. A fix stays only when its finding
/// is gone and the file is no worse: what could be read can still be read, no key is set twice now, and fixing a
/// warning has brought no error to light.
[[nodiscard]] FixedFile fix_source(const LintedFile& file, const LintSettings& settings, bool named);

}  // namespace ibtest
