#pragma once

#include "runner/documents/document_reader.hpp"
#include "runner/exchange/exchange_handler.hpp"

namespace ibtest {

/// Answers `document`: sends the text of a document that an ExecuteDocument step names (D-7). The answer holds its
/// `location` (JobDocument::location); an empty one says that this machine has no such file, with the `reason`, and
/// that the target may have it. The question comes from the target, so nothing but component documents is sent.
[[nodiscard]] nlohmann::json send_document(const DocumentReader& reader, const nlohmann::json& question,
                                           ExchangeStream& stream);

}  // namespace ibtest
