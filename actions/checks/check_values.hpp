#pragma once

#include <string_view>

#include "actions/action.hpp"
#include "agent/document/document.hpp"
#include "agent/document/findings.hpp"

namespace ibtest {

/// Whether a node is a text that is known before the run: it holds no references (GEN-9).
[[nodiscard]] bool is_known_text(const YamlNode& value);

/// The input of an item, when it is a text that is known before the run and not empty; null pointer otherwise.
[[nodiscard]] const YamlNode* literal_input(const YamlNode& item, std::string_view key);

/// The boolean of GEN-7.
[[nodiscard]] bool is_true(std::string_view text);

/// Checks a value as written, of this step, against the rule of its field. Texts must be known and not empty; of lists
/// and mappings, what is not known is left out.
void check_value(const InputField& field, const YamlNode& value, const Step& step, Platform platform,
                 Findings& findings);

}  // namespace ibtest
