#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/document.hpp"
#include "runner/documents/document_reader.hpp"

namespace ibtest {

/// Reads a child document; throws Fault where there is none. Without a source nothing is known of it, and nothing said.
using ReadChild = std::function<ReadDocument(const DocumentRequest& request)>;

/// Follows the ExecuteDocument steps of a document, as far as they name their document literally, and says at these
/// steps: cycles and documents nested too deep, as errors (STEP-6, D-6); children that cannot be found or have errors,
/// and parameters that do not fit, as warnings, because they matter when the step runs (EXECUTEDOCUMENT-4). Every
/// document is read once.
[[nodiscard]] std::vector<Diagnostic> check_child_documents(const Document& document, const std::string& location,
                                                            const ReadChild& read);

/// The same with the findings added to those of load_document().
void add_child_findings(DocumentResult& result, const std::string& location, const DocumentReader& reader);

}  // namespace ibtest
