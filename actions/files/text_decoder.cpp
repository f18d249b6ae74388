#include "actions/files/text_decoder.hpp"

#include <algorithm>

#include "agent/protocol/utf8.hpp"

namespace ibtest {

namespace {

constexpr std::size_t longest_mark = 4;

bool is_surrogate(char32_t code) {
  return code >= 0xD800 && code <= 0xDFFF;
}

void append_utf8(std::string& output, char32_t code) {
  const auto add = [&output](char32_t byte) { output += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0U | (code >> 6U));
  } else {
    if (code < 0x10000) {
      add(0xE0U | (code >> 12U));
    } else {
      add(0xF0U | (code >> 18U));
      add(0x80U | ((code >> 12U) & 0x3FU));
    }
    add(0x80U | ((code >> 6U) & 0x3FU));
  }
  add(0x80U | (code & 0x3FU));
}

}  // namespace

TextDecoder::TextDecoder(std::string_view name)
    : encoding_(encoding_from_name(name).value_or(TextEncoding::utf8)),
      mark_decides_(name.ends_with("16") || name.ends_with("32")) {}

std::size_t TextDecoder::unit_size() const {
  if (encoding_ == TextEncoding::utf8) return 1;
  return encoding_ == TextEncoding::utf16_le || encoding_ == TextEncoding::utf16_be ? 2 : 4;
}

char32_t TextDecoder::unit_at(std::string_view bytes) const {
  const auto size = unit_size();
  char32_t unit = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto at = is_big_endian(encoding_) ? i : size - 1 - i;
    unit = (unit << 8U) | static_cast<unsigned char>(bytes[at]);
  }
  return unit;
}

void TextDecoder::feed(std::string_view bytes, std::string& output) {
  pending_ += bytes;
  if (at_begin_ && pending_.size() < longest_mark) return;
  decode(output, false);
}

void TextDecoder::finish(std::string& output) {
  decode(output, true);
}

void TextDecoder::drop_mark() {
  at_begin_ = false;
  if (encoding_ == TextEncoding::utf8) {
    if (pending_.starts_with("\xEF\xBB\xBF")) pending_.erase(0, 3);
    return;
  }
  if (pending_.size() < unit_size()) return;
  if (mark_decides_ && unit_size() == 2 && pending_.starts_with("\xFE\xFF")) encoding_ = TextEncoding::utf16_be;
  if (mark_decides_ && unit_size() == 4 && pending_.starts_with(std::string_view("\0\0\xFE\xFF", 4))) {
    encoding_ = TextEncoding::utf32_be;
  }
  if (unit_at(pending_) == 0xFEFF) pending_.erase(0, unit_size());
}

void TextDecoder::decode(std::string& output, bool at_end) {
  if (at_begin_) drop_mark();
  const auto taken =
      encoding_ == TextEncoding::utf8 ? take_utf8(pending_, at_end, output) : take_units(pending_, at_end, output);
  pending_.erase(0, taken);
}

std::size_t TextDecoder::take_utf8(std::string_view bytes, bool at_end, std::string& output) {
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    const auto rest = bytes.substr(taken);
    const auto valid = valid_utf8_prefix(rest);
    output += rest.substr(0, valid);
    taken += valid;
    if (valid == rest.size() || (!at_end && is_cut_utf8_sequence(rest.substr(valid)))) break;
    replace(output);
    ++taken;
  }
  return taken;
}

std::size_t TextDecoder::take_units(std::string_view bytes, bool at_end, std::string& output) {
  const auto size = unit_size();
  std::size_t taken = 0;
  while (bytes.size() - taken >= size) {
    const auto unit = unit_at(bytes.substr(taken));
    const bool is_first_half = size == 2 && unit >= 0xD800 && unit <= 0xDBFF;
    if (is_first_half && bytes.size() - taken < 2 * size && !at_end) return taken;
    taken += size;
    if (is_first_half && bytes.size() - taken >= size) {
      const auto second = unit_at(bytes.substr(taken));
      if (second >= 0xDC00 && second <= 0xDFFF) {
        append_utf8(output, 0x10000 + ((unit - 0xD800) << 10U) + (second - 0xDC00));
        taken += size;
        continue;
      }
    }
    if (is_surrogate(unit) || unit > 0x10FFFF) {
      replace(output);
    } else {
      append_utf8(output, unit);
    }
  }
  if (at_end && taken < bytes.size()) {
    replace(output);
    taken = bytes.size();
  }
  return taken;
}

void TextDecoder::replace(std::string& output) {
  output += replacement_character;
  ++errors_;
}

}  // namespace ibtest
