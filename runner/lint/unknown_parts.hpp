#pragma once

#include <memory>

#include "agent/document/document.hpp"
#include "agent/document/source_text.hpp"
#include "runner/lint/embedded_text.hpp"

namespace ibtest {

/// Drops the findings of an embedded document that its opaque parts may settle: those about the opaque parts
/// themselves; where they may hold keys, steps or names, also those about what is missing; and all, when the document
/// cannot be read because a line of it is not known. What is known is still checked.
void drop_unknown(const EmbeddedText& text, const std::shared_ptr<const SourceText>& source, DocumentResult& result);

}  // namespace ibtest
