#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/document/document_keys.hpp"

namespace ibtest {

// The parts that schemas are made of.

/// What a regular expression of the schema finds in texts whose value is known only when the step runs.
inline constexpr std::string_view reference_pattern = "\\{\\{";

/// Whether an empty value, which YAML takes for null, is as good as none.
enum class WhenEmpty { refused, absent };

/// A text: any scalar, because numbers and booleans stand for what is written (STEP-8, GEN-6).
[[nodiscard]] nlohmann::ordered_json text_schema(WhenEmpty when_empty);

/// A list of texts.
[[nodiscard]] nlohmann::ordered_json texts_schema(WhenEmpty when_empty);

[[nodiscard]] nlohmann::ordered_json words_json(std::span<const std::string_view> words);

/// `types`, and null where that is as good as no value.
[[nodiscard]] nlohmann::ordered_json types_json(std::vector<std::string_view> types, WhenEmpty when_empty);

/// Adds what editors show: Markdown where they know it, else the same as text.
void describe(nlohmann::ordered_json& schema, std::string_view markdown);

/// A schema of one keyword. (Braces around a single pair mean different things to different compilers.)
[[nodiscard]] nlohmann::ordered_json keyword(std::string_view name, nlohmann::ordered_json value);

/// Mappings that have this key.
[[nodiscard]] nlohmann::ordered_json with_key(std::string_view key);

/// The value of a key whose type is neither `nested` nor `action`.
[[nodiscard]] nlohmann::ordered_json field_schema(const DocumentField& field, WhenEmpty when_empty);

/// Schemas of values by their key.
using PartSchemas = std::vector<std::pair<std::string_view, nlohmann::ordered_json>>;

/// A mapping with these keys and no others. `title` is what editors call it; `parts` has the values of the keys that
/// are `nested` or `action`.
[[nodiscard]] nlohmann::ordered_json mapping_schema(std::string_view title, std::span<const DocumentField> fields,
                                                    PartSchemas parts = {});

}  // namespace ibtest
