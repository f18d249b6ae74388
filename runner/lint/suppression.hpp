#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/source_text.hpp"

namespace ibtest {

/// Removes the findings that comments in the document suppress: `# ibtest: ignore ID[,ID] -- reason`, at the end of the
/// line of the finding or on a line of its own before it. Where nothing but comments stands before it, such a line also
/// covers findings about the file as a whole.
///
/// Adds findings about the comments themselves: without a reason (they suppress nothing then), with an unknown rule,
/// and those that suppress nothing although their rule `was_checked`, to the end of the document.
void apply_suppressions(const SourceText& source, const std::function<bool(std::string_view rule)>& was_checked,
                        std::vector<Diagnostic>& findings);

}  // namespace ibtest
