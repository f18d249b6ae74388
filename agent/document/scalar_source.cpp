#include "agent/document/scalar_source.hpp"

#include <algorithm>

namespace ibtest {

namespace {

std::size_t utf8_length(char32_t value) {
  return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
}

std::optional<char32_t> read_hex(std::string_view digits) {
  char32_t value = 0;
  for (const char digit : digits) {
    value <<= 4U;
    if (digit >= '0' && digit <= '9') {
      value += static_cast<char32_t>(digit - '0');
    } else if (digit >= 'a' && digit <= 'f') {
      value += static_cast<char32_t>(digit - 'a' + 10);
    } else if (digit >= 'A' && digit <= 'F') {
      value += static_cast<char32_t>(digit - 'A' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

bool is_blank_or_break(char32_t value) {
  return value < 0x80 && ibtest::is_blank_or_break(static_cast<char>(value));
}

/// Where the text of a block scalar begins: the line after its header.
std::size_t after_header(std::string_view source, std::size_t begin) {
  const std::size_t line_break = source.find('\n', begin);
  return line_break == std::string_view::npos ? source.size() : line_break + 1;
}

/// What the source holds at one place: how many of its bytes stand for how many bytes of text.
struct SourceUnit {
  std::size_t source_length = 1;
  std::size_t text_length = 1;
  bool blank = false;
  bool literal = true;      ///< the byte itself
  char blank_value = '\0';  ///< what a blank stands for; NUL for nothing
};

/// JSON writes characters beyond the first plane as two escapes.
bool is_surrogate_pair(std::string_view source, std::size_t offset) {
  const auto half = [&](std::size_t at, char32_t first, char32_t last) {
    if (source.substr(at, 2) != "\\u" || at + 6 > source.size()) return false;
    const auto value = read_hex(source.substr(at + 2, 4));
    return value && *value >= first && *value <= last;
  };
  return half(offset, 0xD800, 0xDBFF) && half(offset + 6, 0xDC00, 0xDFFF);
}

SourceUnit unit_at(YamlNode::Style style, std::string_view source, std::size_t offset) {
  const char character = source[offset];
  if (ibtest::is_blank_or_break(character)) return {.blank = true, .blank_value = character};
  if (style == YamlNode::Style::single_quoted && source.substr(offset, 2) == "''") return {.source_length = 2};
  if (style == YamlNode::Style::double_quoted && character == '\\') {
    const auto escape = read_escape(source, offset);
    if (!escape && is_surrogate_pair(source, offset)) return {12, 4, false, false};
    if (!escape) return {};
    const bool blank = escape->line_break || is_blank_or_break(escape->value);
    const char value = blank && !escape->line_break ? static_cast<char>(escape->value) : '\0';
    return {escape->length, utf8_length(escape->value), blank, false, value};
  }
  return {};
}

struct SourceBlank {
  std::size_t offset;
  char value;
};

void add_place(ScalarAlignment& alignment, std::size_t text_offset, std::size_t source_offset) {
  const bool continues = !alignment.segments.empty() && alignment.segments.back().source_offset - source_offset ==
                                                            alignment.segments.back().text_offset - text_offset;
  if (!continues) alignment.segments.push_back({text_offset, source_offset});
}

/// Blanks [begin, end) of the text among those that the source has there. Indentation that YAML takes away stands
/// behind the line breaks that it keeps and before the blanks that it keeps.
void align_blanks(std::string_view text, std::size_t begin, std::size_t end, const std::vector<SourceBlank>& source,
                  ScalarAlignment& alignment) {
  std::size_t from_end = 0;
  while (from_end < end - begin && from_end < source.size() &&
         text[end - 1 - from_end] == source[source.size() - 1 - from_end].value) {
    ++from_end;
  }
  for (std::size_t index = 0; index < end - begin - from_end && index < source.size() - from_end; ++index) {
    if (text[begin + index] != source[index].value) break;
    add_place(alignment, begin + index, source[index].offset);
  }
  for (std::size_t index = from_end; index > 0; --index)
    add_place(alignment, end - index, source[source.size() - index].offset);
}

}  // namespace

std::optional<Escape> read_escape(std::string_view source, std::size_t offset) {
  if (offset + 1 >= source.size()) return std::nullopt;
  const auto hex = [&](std::size_t digits) -> std::optional<Escape> {
    if (offset + 2 + digits > source.size()) return std::nullopt;
    const auto value = read_hex(source.substr(offset + 2, digits));
    const bool valid = value && *value <= 0x10FFFF && (*value < 0xD800 || *value > 0xDFFF);
    return valid ? std::optional<Escape>({*value, digits + 2, false}) : std::nullopt;
  };
  switch (source[offset + 1]) {
    case '0':
      return Escape{0x00};
    case 'a':
      return Escape{0x07};
    case 'b':
      return Escape{0x08};
    case 't':
    case '\t':
      return Escape{0x09};
    case 'n':
      return Escape{0x0A};
    case 'v':
      return Escape{0x0B};
    case 'f':
      return Escape{0x0C};
    case 'r':
      return Escape{0x0D};
    case 'e':
      return Escape{0x1B};
    case ' ':
    case '"':
    case '\'':
    case '/':
    case '\\':
      return Escape{static_cast<char32_t>(source[offset + 1])};
    case 'N':
      return Escape{0x85};
    case '_':
      return Escape{0xA0};
    case 'L':
      return Escape{0x2028};
    case 'P':
      return Escape{0x2029};
    case '\n':
      return Escape{0, 2, true};
    case '\r':
      return Escape{0, source.substr(offset + 2, 1) == "\n" ? std::size_t{3} : std::size_t{2}, true};
    case 'x':
      return hex(2);
    case 'u':
      return hex(4);
    case 'U':
      return hex(8);
    default:
      return std::nullopt;
  }
}

YamlNode::Style scalar_style(std::string_view source, std::size_t begin) {
  if (begin >= source.size()) return YamlNode::Style::plain;
  switch (source[begin]) {
    case '\'':
      return YamlNode::Style::single_quoted;
    case '"':
      return YamlNode::Style::double_quoted;
    case '|':
      return YamlNode::Style::literal;
    case '>':
      return YamlNode::Style::folded;
    default:
      return YamlNode::Style::plain;
  }
}

std::optional<std::size_t> quoted_end(std::string_view source, std::size_t begin) {
  const char quote = source[begin];
  for (std::size_t offset = begin + 1; offset < source.size(); ++offset) {
    if (quote == '"' && source[offset] == '\\') {
      ++offset;
    } else if (source[offset] == quote) {
      if (quote == '\'' && source.substr(offset + 1, 1) == "'") {
        ++offset;
        continue;
      }
      return offset + 1;
    }
  }
  return std::nullopt;
}

std::optional<ScalarAlignment> align_scalar(YamlNode::Style style, std::string_view source, std::size_t begin,
                                            std::string_view text) {
  const bool is_block = style == YamlNode::Style::literal || style == YamlNode::Style::folded;
  const bool is_quoted = style == YamlNode::Style::single_quoted || style == YamlNode::Style::double_quoted;
  std::size_t place = is_block ? after_header(source, begin) : is_quoted ? begin + 1 : begin;
  ScalarAlignment alignment;
  std::vector<SourceBlank> blanks;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t run = offset;
    while (offset < text.size() && ibtest::is_blank_or_break(text[offset])) {
      ++offset;
    }
    if (offset == text.size() && !is_quoted) break;
    SourceUnit unit;
    blanks.clear();
    while (place < source.size() && (unit = unit_at(style, source, place)).blank) {
      if (unit.blank_value != '\0' && source[place] != '\r') blanks.push_back({place, unit.blank_value});
      place += unit.source_length;
    }
    align_blanks(text, run, offset, blanks, alignment);
    if (offset == text.size()) break;
    if (place >= source.size() || (unit.literal && source[place] != text[offset])) return std::nullopt;
    add_place(alignment, offset, place);
    place += unit.source_length;
    offset += unit.text_length;
  }
  alignment.end = place;
  return alignment;
}

ScalarPositions::ScalarPositions(const YamlNode& scalar, const SourceText& source)
    : source_(&source), text_(scalar.text), whole_(scalar.range) {
  auto alignment = align_scalar(scalar.style, source.text(), scalar.range.begin.offset, scalar.text);
  if (alignment) segments_ = std::move(alignment->segments);
}

std::size_t ScalarPositions::source_offset(std::size_t text_offset) const {
  if (segments_.empty()) return whole_.begin.offset;
  const auto after = std::ranges::upper_bound(segments_, text_offset, {}, &ScalarSegment::text_offset);
  if (after == segments_.begin()) return after->source_offset;
  const ScalarSegment& segment = *(after - 1);
  const std::size_t place = segment.source_offset + (text_offset - segment.text_offset);
  const std::size_t limit = after == segments_.end() ? whole_.end.offset : after->source_offset;
  return std::min(place, std::max(limit, segment.source_offset));
}

SourcePosition ScalarPositions::at(std::size_t text_offset) const {
  return source_->position(source_offset(text_offset));
}

SourceRange ScalarPositions::range(std::size_t begin, std::size_t end) const {
  const std::size_t first = source_offset(begin);
  const std::size_t last = end > begin ? source_offset(end - 1) + 1 : first;
  return source_->range(first, std::max(first, last));
}

std::optional<std::size_t> ScalarPositions::verbatim(std::size_t begin, std::size_t end) const {
  const std::string_view wanted = text_.substr(std::min(begin, text_.size()), std::max<std::size_t>(end - begin, 1));
  const std::size_t place = source_offset(begin);
  if (wanted.empty() || source_->text().substr(place, wanted.size()) != wanted) return std::nullopt;
  return place;
}

SourcePosition position_in(const YamlNode& scalar, std::size_t text_offset, const SourceText& source) {
  return ScalarPositions(scalar, source).at(text_offset);
}

}  // namespace ibtest
