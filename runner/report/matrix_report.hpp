#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runner/report/console_options.hpp"
#include "runner/report/run_summary.hpp"

namespace ibtest {

/// One of several runs.
struct MatrixCell {
  std::string target;
  std::string document;                 ///< empty when all documents ran together
  const RunSummary* summary = nullptr;  ///< nothing: it was not begun
};

/// How several runs ended, as a table: a line for each target, with a column for each document. `cells` go line by
/// line. Empty for fewer than two.
[[nodiscard]] std::string matrix_report(const std::vector<MatrixCell>& cells, std::size_t columns,
                                        const ConsoleOptions& options);

}  // namespace ibtest
