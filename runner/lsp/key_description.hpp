#pragma once

#include <string_view>

#include "agent/document/document_keys.hpp"
#include "runner/lsp/document_place.hpp"

namespace ibtest {

/// The row of a key, or of an operator, of that part of a document; null pointer for none.
[[nodiscard]] const DocumentField* find_document_field(DocumentPart part, std::string_view key);

/// One sentence about a key of that part of a document, or about an operator; empty for none.
[[nodiscard]] std::string_view key_description(DocumentPart part, std::string_view key);

}  // namespace ibtest
