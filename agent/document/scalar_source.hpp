#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/document/source_text.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// Blanks and line breaks, which YAML may fold, add or drop between a scalar's source and its text.
[[nodiscard]] constexpr bool is_blank_or_break(char character) {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

/// A stretch of a scalar's text that stands in the source byte by byte.
struct ScalarSegment {
  std::size_t text_offset;
  std::size_t source_offset;
};

struct ScalarAlignment {
  std::vector<ScalarSegment> segments;
  std::size_t end = 0;  ///< source offset after the last character of the text
};

/// Finds the text of a scalar in its source by walking both at once: whatever the style, both hold the same characters
/// in the same order, apart from blanks. Nothing when they do not.
[[nodiscard]] std::optional<ScalarAlignment> align_scalar(YamlNode::Style style, std::string_view source,
                                                          std::size_t begin, std::string_view text);

/// The style of the scalar that starts at that offset.
[[nodiscard]] YamlNode::Style scalar_style(std::string_view source, std::size_t begin);

/// The offset after the closing quote of the quoted scalar that starts at `begin`; nothing when it is never closed.
[[nodiscard]] std::optional<std::size_t> quoted_end(std::string_view source, std::size_t begin);

/// One backslash escape of a double-quoted scalar.
struct Escape {
  char32_t value = 0;
  std::size_t length = 2;   ///< in the source
  bool line_break = false;  ///< a line end that is escaped: it stands for nothing
};

/// The escape at `offset`, where the backslash stands; nothing when YAML knows no such escape.
[[nodiscard]] std::optional<Escape> read_escape(std::string_view source, std::size_t offset);

/// Places of many bytes of one scalar, which must live as long.
class ScalarPositions {
 public:
  ScalarPositions(const YamlNode& scalar, const SourceText& source);

  [[nodiscard]] SourcePosition at(std::size_t text_offset) const;
  /// The range of text [begin, end), which must not be empty.
  [[nodiscard]] SourceRange range(std::size_t begin, std::size_t end) const;
  /// Where the bytes [begin, end) of the text, or for an empty range the one behind it, stand in the source exactly as
  /// in the text; nothing when they do not.
  [[nodiscard]] std::optional<std::size_t> verbatim(std::size_t begin, std::size_t end) const;

 private:
  [[nodiscard]] std::size_t source_offset(std::size_t text_offset) const;

  const SourceText* source_;
  std::string_view text_;  ///< the scalar's
  SourceRange whole_;
  std::vector<ScalarSegment> segments_;
};

}  // namespace ibtest
