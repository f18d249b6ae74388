#pragma once

#include <string>
#include <string_view>

#include "actions/action.hpp"
#include "runner/lsp/document_place.hpp"

namespace ibtest {

/// One sentence about a key of that part of a document, or about an operator; empty for none.
[[nodiscard]] std::string_view key_description(DocumentPart part, std::string_view key);

/// "list of texts, required", "text, `utf8` without it; one of `utf8`, `ascii`": what an input takes.
[[nodiscard]] std::string input_type_text(const InputField& field);

/// An input as Markdown: what it takes, and what it is for.
[[nodiscard]] std::string input_description(const InputField& field);

/// An action as Markdown: its summary, platforms, inputs and outputs.
[[nodiscard]] std::string action_description(const ActionModule& module);

}  // namespace ibtest
