#pragma once

#include "agent/document/findings.hpp"
#include "agent/document/source_text.hpp"

namespace ibtest {

/// Reports what keeps a text from being YAML at all: binary files, other encodings than UTF-8, NUL and other control
/// characters (DOC-1, DOC-11). True when the text can be read on.
bool check_characters(const SourceText& source, Findings& findings);

}  // namespace ibtest
