#pragma once

#include <memory>
#include <string>

#include "agent/document/source_text.hpp"

namespace ibtest {

/// A document's text under the name the user gave. Reads no more than the document reader would take anyway. Throws
/// Fault (not_runnable): no such file, a directory, not readable, empty, binary.
[[nodiscard]] std::shared_ptr<const SourceText> read_document(const std::string& path);

}  // namespace ibtest
