#pragma once

#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/source_text.hpp"

namespace ibtest {

/// Removes the findings that comments in the document suppress: `# ibtest: ignore ID[,ID] -- reason`, at the end of the
/// line of the finding or on a line of its own before it. Where nothing but comments stands before it, such a line also
/// covers findings about the file as a whole.
///
/// Adds findings about the comments themselves: without a reason (they suppress nothing then), with an unknown rule,
/// and, unless the document was not read to its end (`complete`), those that suppress nothing.
void apply_suppressions(const SourceText& source, bool complete, std::vector<Diagnostic>& findings);

}  // namespace ibtest
