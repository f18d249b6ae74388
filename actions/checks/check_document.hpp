#pragma once

#include <vector>

#include "actions/action.hpp"
#include "agent/document/diagnostic.hpp"
#include "agent/document/document.hpp"

namespace ibtest {

/// Checks what parse_document() cannot know: action names, platforms, input tables (GEN rules) and every reference
/// (VAR-8, VAR-11, CHAIN-3 to CHAIN-7). Reports everything it finds.
[[nodiscard]] std::vector<Diagnostic> check_document(const Document& document, Platform platform = Platform::linux_os);

/// parse_document() and check_document() in one: what `run`, `lint` and the agent's set-up call. Diagnostics sorted.
[[nodiscard]] DocumentResult load_document(const std::shared_ptr<const SourceText>& source,
                                           Platform platform = Platform::linux_os,
                                           std::size_t most_bytes = default_document_size);

}  // namespace ibtest
