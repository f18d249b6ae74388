#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/document/findings.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// "a text", "a list", "a mapping", "empty": what messages call a node.
[[nodiscard]] std::string_view kind_name(const YamlNode& node);

/// Where to point for a finding about a mapping as a whole: its first key.
[[nodiscard]] SourceRange head_range(const YamlNode& node);

/// "a, b and c", each in backticks.
[[nodiscard]] std::string enumerate(std::span<const std::string_view> names);

/// "did you mean `x`?", or `otherwise` when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates,
                                       std::string otherwise);

/// Gives the finding a fix that writes another name in place of the plain or quoted one at `range`, when it can only be
/// a misspelling of one of the candidates.
void fix_name(Diagnostic& finding, const SourceText& source, const SourceRange& range, std::string_view name,
              std::span<const std::string_view> candidates);

/// Reports a node of the wrong kind: "<what> must be <expected>, not <kind>".
void report_type(const YamlNode& node, std::string_view what, std::string_view expected, Findings& findings,
                 std::string suggestion = {});

/// Reports a mapping whose only key is the name of what is below it, as in `- build: { steps: ... }`; true when it did.
bool report_name_as_key(const YamlNode& mapping, std::string_view what, std::span<const std::string_view> known,
                        Findings& findings);

/// Reports the keys of a mapping that are none of `known` (DOC-3). `otherwise` is the suggestion for keys that resemble
/// none of them; without it the known keys are listed.
void check_keys(const YamlNode& mapping, std::string_view what, std::span<const std::string_view> known,
                Findings& findings, const std::string& otherwise = {});

/// The value of a key, or of the unknown key that check_keys() takes for it: what is below a misspelt key is read as if
/// it were not misspelt. Null pointer for neither.
[[nodiscard]] const YamlNode* find_field(const YamlNode& mapping, std::string_view key,
                                         std::span<const std::string_view> known);

/// The value of a scalar as its source text (STEP-8). Lists, mappings and null are reported.
[[nodiscard]] std::optional<std::string> read_text(const YamlNode& node, std::string_view what, Findings& findings);

/// A decimal integer that is neither quoted nor a reference (VAR-8).
[[nodiscard]] std::optional<std::int64_t> read_integer(const YamlNode& node, std::string_view what, Findings& findings);

/// `true` or `false`, not quoted.
[[nodiscard]] std::optional<bool> read_boolean(const YamlNode& node, std::string_view what, Findings& findings);

/// "write `true`" for texts such as `yes`; empty when neither value is meant.
[[nodiscard]] std::string boolean_meant(std::string_view text);

/// Reports a text with `{{ ... }}` in a place where references are not resolved (VAR-8); true when it did.
bool report_reference(const YamlNode& scalar, std::string_view what, Findings& findings);

/// Whether the text is a decimal integer: digits with an optional sign.
[[nodiscard]] bool is_integer(std::string_view text);

}  // namespace ibtest
