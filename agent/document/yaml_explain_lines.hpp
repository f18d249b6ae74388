#pragma once

#include "agent/document/findings.hpp"

namespace ibtest {

/// Reports a tab in the indentation of the line; false when there is none.
bool explain_tab(const SourceText& source, std::size_t offset, Findings& findings);

/// A line among the keys of a mapping that has no colon.
void report_stray_line(const SourceRange& range, Findings& findings);

/// What stands at `offset` fits nothing before it: a line above lacks its colon, or this one is indented wrongly.
void explain_misfit(const SourceText& source, std::size_t offset, Findings& findings);

}  // namespace ibtest
