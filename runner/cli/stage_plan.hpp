#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/document/document.hpp"

namespace ibtest {

/// One machine's part of a run (service.md 1.2).
struct PlannedStage {
  std::string name;                 ///< "build", "test"; empty when all phases run in one machine
  std::vector<std::string> phases;  ///< the job's filter; empty runs all
  std::uint32_t step_count = 0;
};

/// The stages of a run on one target. Empty when no phase of any document would run (D-21).
///
/// `requested` is the filter of --phases. With `image_stages` build and validate run in one machine and test in a fresh
/// one; a stage that no document takes part in is left out.
[[nodiscard]] std::vector<PlannedStage> plan_stages(const std::vector<const Document*>& documents,
                                                    const std::optional<std::vector<std::string>>& requested,
                                                    bool image_stages);

/// One warning per requested name that no document has, with the nearest one that some document has.
[[nodiscard]] std::vector<std::string> unknown_phase_warnings(const std::vector<const Document*>& documents,
                                                              const std::vector<std::string>& requested);

/// All phase names of the documents, each once, in order.
[[nodiscard]] std::vector<std::string> phase_names(const std::vector<const Document*>& documents);

}  // namespace ibtest
