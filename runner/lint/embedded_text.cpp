#include "runner/lint/embedded_text.hpp"

#include <algorithm>

namespace ibtest {

namespace {

/// Fit for a name, a path, a URL and a word of a command.
constexpr std::string_view opaque_name = "opaque";
constexpr std::string_view opaque_line = "# opaque";

/// The edit's text as it is written inside a scalar of that style; nothing where it would take more than escapes.
std::optional<std::string> written_in(YamlNode::Style style, std::string_view text) {
  if (text.find('\n') != std::string_view::npos) return std::nullopt;
  switch (style) {
    case YamlNode::Style::literal:
      return std::string(text);
    case YamlNode::Style::single_quoted: {
      std::string written;
      for (const char character : text)
        written += character == '\'' ? "''" : std::string(1, character);
      return written;
    }
    case YamlNode::Style::double_quoted: {
      std::string written;
      for (const char character : text) {
        if (character == '"' || character == '\\') written += '\\';
        written += character;
      }
      return written;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

void EmbeddedText::append(const YamlNode& scalar, std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  if (scalars_.empty() || scalars_.back().node != &scalar) scalars_.push_back({&scalar, {scalar, *host_}});
  pieces_.push_back({text_.size(), Origin::scalar, {}, scalars_.size() - 1, begin});
  text_ += std::string_view(scalar.text).substr(begin, end - begin);
}

void EmbeddedText::append_value(std::string_view value, const SourceRange& place) {
  if (value.empty()) return;
  pieces_.push_back({text_.size(), Origin::value, place, 0, 0});
  text_ += value;
}

void EmbeddedText::append_opaque(const SourceRange& place, std::string_view rest) {
  const std::size_t last = text_.find_last_not_of(" \t");
  const std::size_t next = rest.find_first_not_of(" \t\r");
  const bool own_line =
      (last == std::string::npos || text_[last] == '\n') && (next == std::string_view::npos || rest[next] == '\n');
  pieces_.push_back({text_.size(), Origin::opaque, place, 0, 0});
  if (own_line) opaque_lines_.push_back(text_.size());
  text_ += own_line ? opaque_line : opaque_name;
}

bool EmbeddedText::has_opaque() const {
  return std::ranges::any_of(pieces_, [](const Piece& piece) { return piece.origin == Origin::opaque; });
}

bool EmbeddedText::has_text() const {
  return std::ranges::any_of(pieces_, [](const Piece& piece) { return piece.origin != Origin::opaque; });
}

std::size_t EmbeddedText::end_of(const Piece& piece) const {
  return &piece == &pieces_.back() ? text_.size() : (&piece + 1)->begin;
}

const EmbeddedText::Piece& EmbeddedText::piece_at(std::size_t offset) const {
  const auto after = std::ranges::upper_bound(pieces_, offset, {}, &Piece::begin);
  return after == pieces_.begin() ? *after : *(after - 1);
}

bool EmbeddedText::touches_opaque(const SourceRange& range) const {
  return std::ranges::any_of(pieces_, [&](const Piece& piece) {
    return piece.origin == Origin::opaque && piece.begin < std::max(range.end.offset, range.begin.offset + 1) &&
           end_of(piece) > range.begin.offset;
  });
}

SourceRange EmbeddedText::in_host(const SourceRange& range) const {
  if (pieces_.empty()) return {};
  const auto place = [&](std::size_t begin, std::size_t end) -> SourceRange {
    const Piece& piece = piece_at(begin);
    if (piece.origin != Origin::scalar) return piece.place;
    const std::size_t shift = begin - piece.begin + piece.scalar_begin;
    return scalars_[piece.scalar].positions.range(shift, shift + (end - begin));
  };
  const std::size_t begin = range.begin.offset;
  const std::size_t end = std::max(range.end.offset, begin);
  if (end == begin) return place(begin, begin);
  const SourcePosition first = place(begin, begin + 1).begin;
  const SourcePosition last = place(end - 1, end).end;
  // Pieces may stand in another order in the file: an alias repeats what comes earlier.
  return {first, last.offset < first.offset ? first : last};
}

std::optional<TextEdit> EmbeddedText::in_host(const TextEdit& edit) const {
  if (pieces_.empty()) return std::nullopt;
  const Piece& piece = piece_at(edit.begin);
  if (piece.origin != Origin::scalar || edit.end > end_of(piece)) return std::nullopt;
  const Scalar& scalar = scalars_[piece.scalar];
  const std::size_t begin = edit.begin - piece.begin + piece.scalar_begin;
  const auto place = scalar.positions.verbatim(begin, begin + (edit.end - edit.begin));
  const auto written = written_in(scalar.node->style, edit.replacement);
  if (!place || !written) return std::nullopt;
  return TextEdit{*place, *place + (edit.end - edit.begin), *written};
}

}  // namespace ibtest
