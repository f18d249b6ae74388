#include "runner/lsp/text_positions.hpp"

#include <algorithm>

#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

constexpr char32_t first_of_two_units = 0x10000;

}  // namespace

TextPositions::TextPositions(std::string_view text, PositionEncoding encoding) : text_(text), encoding_(encoding) {
  line_starts_.push_back(0);
  for (std::size_t offset = 0; offset < text_.size(); ++offset) {
    const bool first_of_two = text_[offset] == '\r' && offset + 1 < text_.size() && text_[offset + 1] == '\n';
    if (text_[offset] == '\n' || (text_[offset] == '\r' && !first_of_two)) line_starts_.push_back(offset + 1);
  }
}

/// Code units of the character at `offset`.
std::size_t TextPositions::units(std::size_t offset) const {
  const DecodedCharacter character = decode_utf8(text_, offset);
  if (encoding_ == PositionEncoding::utf8) return character.length;
  return character.value >= first_of_two_units ? 2 : 1;
}

ProtocolPosition TextPositions::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(line_starts_.begin() + 1, line_starts_.end(), offset);
  std::size_t at = *(after - 1);
  ProtocolPosition result{static_cast<std::size_t>(after - line_starts_.begin()) - 1, 0};
  if (encoding_ == PositionEncoding::utf8) return {result.line, offset - at};
  while (at < offset) {
    result.character += units(at);
    at += decode_utf8(text_, at).length;
  }
  return result;
}

std::size_t TextPositions::offset(const ProtocolPosition& position) const {
  if (position.line >= line_starts_.size()) return text_.size();
  std::size_t at = line_starts_[position.line];
  const std::size_t next = position.line + 1 < line_starts_.size() ? line_starts_[position.line + 1] : text_.size();
  std::size_t characters = position.character;
  while (at < next && text_[at] != '\n' && text_[at] != '\r') {
    const std::size_t width = units(at);
    if (width > characters) break;
    characters -= width;
    at += decode_utf8(text_, at).length;
  }
  return at;
}

nlohmann::json TextPositions::json_position(std::size_t offset) const {
  const ProtocolPosition place = position(offset);
  return {{"line", place.line}, {"character", place.character}};
}

nlohmann::json TextPositions::json_range(std::size_t begin, std::size_t end) const {
  return {{"start", json_position(begin)}, {"end", json_position(end)}};
}

}  // namespace ibtest
