#pragma once

#include <string>

#include "actions/action.hpp"

namespace ibtest {

// What editors and documentation say about actions, from their tables.

/// "list of texts, required", "text, `utf8` without it; one of `utf8`, `ascii`": what an input takes.
[[nodiscard]] std::string input_type_text(const InputField& field);

/// An input as Markdown: what it takes, and what it is for.
[[nodiscard]] std::string input_description(const InputField& field);

/// An action as Markdown: its summary, platforms, inputs and outputs.
[[nodiscard]] std::string action_description(const ActionModule& module);

}  // namespace ibtest
