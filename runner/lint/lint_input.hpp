#pragma once

#include <string>
#include <vector>

namespace ibtest {

/// A file to lint.
struct LintInput {
  std::string path;    ///< as messages show it; "-" is standard input
  bool named = false;  ///< the user named it, rather than a folder or a pattern that it is in
};

/// The files behind the arguments of `ibtest lint`, sorted, each once: files as they are; of folders all files that may
/// hold component documents, without those that hold what tools have made (`.git`, `.ibtest`, `build`, ...); patterns
/// with `*`, `?`, `[...]` and `**`. Throws Fault (not_runnable) for what does not exist or cannot be read.
[[nodiscard]] std::vector<LintInput> find_lint_inputs(const std::vector<std::string>& arguments);

}  // namespace ibtest
