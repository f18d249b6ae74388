#pragma once

#include "actions/action.hpp"
#include "agent/document/document.hpp"

namespace ibtest {

/// The platform that a document seems to be meant for, when nobody says it: the one that more of its steps need, by
/// their actions (STEP-5) or by a path that begins with a drive letter. Linux when both need as many, and never macOS.
[[nodiscard]] Platform likely_platform(const Document& document);

}  // namespace ibtest
