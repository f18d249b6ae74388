#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/document/document.hpp"
#include "agent/document/source_text.hpp"
#include "runner/lint/step_script.hpp"

namespace ibtest {

/// A path that a step makes or uses, written out.
struct PathUse {
  std::string path;
  SourceRange range = {};
};

/// What a step does with files, as far as it can be read in its inputs or its script.
struct StepFiles {
  std::vector<PathUse> made = {};
  std::vector<PathUse> used = {};
  bool runs_again = false;  ///< after a reboot that it asks for
};

/// The scripts are those of the document; paths that hold references, variables or wildcards are left out.
[[nodiscard]] StepFiles step_files(const Step& step, std::span<const StepScript> scripts);

}  // namespace ibtest
