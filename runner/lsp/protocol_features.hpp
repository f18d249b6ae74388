#pragma once

#include <nlohmann/json.hpp>

#include "runner/lsp/open_document.hpp"
#include "runner/lsp/text_positions.hpp"

namespace ibtest {

// The answers of the server about one document, as JSON of the protocol. Parameters that are not what the protocol says
// make them throw nlohmann::json::exception.

/// `diagnostics` of textDocument/publishDiagnostics.
[[nodiscard]] nlohmann::json diagnostics_of(const OpenDocument& document, PositionEncoding encoding);

/// textDocument/completion.
[[nodiscard]] nlohmann::json answer_completion(const OpenDocument& document, PositionEncoding encoding,
                                               const nlohmann::json& params);

/// textDocument/hover.
[[nodiscard]] nlohmann::json answer_hover(const OpenDocument& document, PositionEncoding encoding,
                                          const nlohmann::json& params);

/// textDocument/definition.
[[nodiscard]] nlohmann::json answer_definition(const OpenDocument& document, PositionEncoding encoding,
                                               const nlohmann::json& params);

/// textDocument/codeAction: the fixes of the findings in a range, and of all at once.
[[nodiscard]] nlohmann::json answer_code_actions(const OpenDocument& document, PositionEncoding encoding,
                                                 const nlohmann::json& params);

}  // namespace ibtest
