#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/source_text.hpp"

namespace ibtest {

struct YamlEntry;

/// A node of a YAML document that keeps its place in the source. Aliases and merge keys are already applied; scalars
/// keep their source text and are never turned into numbers or booleans (GEN-6, STEP-8).
struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };
  enum class Style { plain, single_quoted, double_quoted, literal, folded, flow, block };

  Kind kind = Kind::null;
  Style style = Style::plain;
  std::string tag;                 ///< explicit tag such as "!Sub"; empty without one
  std::string text;                ///< scalars: the text after YAML's own escapes and folding
  std::vector<YamlNode> items;     ///< sequences
  std::vector<YamlEntry> entries;  ///< mappings, in source order, keys unique
  SourceRange range;               ///< without tag and anchor; block scalars from the `|` or `>` to the end of the text

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::sequence; }
  [[nodiscard]] bool is_mapping() const { return kind == Kind::mapping; }
  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
  /// The value of a key of a mapping; null pointer when absent or not a mapping.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

/// Limits against documents made to exhaust the reader. A document of the size that Image Builder accepts (DOC-11)
/// stays far below them.
struct YamlBudget {
  std::size_t bytes = 1U << 20U;
  std::size_t nodes = 100'000;  ///< after alias expansion
  std::size_t depth = 100;
  std::size_t expanded_bytes = 8U << 20U;  ///< of all scalars, after alias expansion
};

struct YamlResult {
  std::optional<YamlNode> root;  ///< empty when the text is no usable YAML
  std::vector<Diagnostic> diagnostics;
};

/// Reads exactly one YAML document (DOC-1, DOC-4). Refuses duplicate keys, a second document, tabs as indentation,
/// invalid UTF-8, NUL, cyclic aliases and anything over `budget`; explains the traps of GOTCHA-20 in terms of the
/// document, never of a parser. A byte order mark and CRLF line ends are accepted.
[[nodiscard]] YamlResult parse_yaml(const std::shared_ptr<const SourceText>& source, const YamlBudget& budget = {});

/// The place in the source of byte `text_offset` of a scalar's text; right inside block, quoted and multi-line scalars
/// too. For many places of one scalar use ScalarPositions (scalar_source.hpp).
[[nodiscard]] SourcePosition position_in(const YamlNode& scalar, std::size_t text_offset, const SourceText& source);

}  // namespace ibtest
