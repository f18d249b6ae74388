#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/document/source_text.hpp"

namespace ibtest {

/// What the characters of a position count, as agreed with the client.
enum class PositionEncoding { utf16, utf8 };

/// A place in a text as the protocol names it; both count from 0.
struct ProtocolPosition {
  std::size_t line = 0;
  std::size_t character = 0;  ///< code units of the encoding

  friend bool operator==(const ProtocolPosition&, const ProtocolPosition&) = default;
};

/// Translates between byte offsets and positions of the protocol. Lines end in a line feed, a carriage return or both,
/// and a byte order mark is a character, unlike in SourceText.
class TextPositions {
 public:
  /// The text must live as long.
  TextPositions(std::string_view text, PositionEncoding encoding);

  [[nodiscard]] ProtocolPosition position(std::size_t offset) const;
  /// Positions behind the end of a line, or inside a character, give the place before.
  [[nodiscard]] std::size_t offset(const ProtocolPosition& position) const;

  /// `{line, character}`.
  [[nodiscard]] nlohmann::json json_position(std::size_t offset) const;
  /// `{start, end}` of the bytes [begin, end).
  [[nodiscard]] nlohmann::json json_range(std::size_t begin, std::size_t end) const;

 private:
  [[nodiscard]] std::size_t units(std::size_t offset) const;

  std::string_view text_;
  PositionEncoding encoding_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace ibtest
