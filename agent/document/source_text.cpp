#include "agent/document/source_text.hpp"

#include <algorithm>
#include <utility>

namespace ibtest {

namespace {

constexpr std::size_t block_size = 256;

bool is_continuation_byte(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

SourceText::SourceText(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  line_starts_.push_back(text_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
  std::uint32_t continuations = 0;
  for (std::size_t offset = 0; offset < text_.size(); ++offset) {
    if (offset % block_size == 0) continuation_bytes_.push_back(continuations);
    if (is_continuation_byte(text_[offset])) ++continuations;
    if (text_[offset] == '\n') line_starts_.push_back(offset + 1);
  }
}

std::size_t SourceText::line_start(std::size_t number) const {
  return number == 0 || number > line_starts_.size() ? text_.size() : line_starts_[number - 1];
}

std::string_view SourceText::line(std::size_t number) const {
  if (number == 0 || number > line_starts_.size()) return {};
  const std::size_t begin = line_starts_[number - 1];
  std::string_view line = text().substr(begin, line_start(number + 1) - begin);
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

SourcePosition SourceText::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(line_starts_.begin() + 1, line_starts_.end(), offset);
  const std::size_t start = *(after - 1);
  const auto line = static_cast<std::size_t>(after - line_starts_.begin());
  if (offset < start) return {offset, line, 1};  // inside the byte order mark
  // Most lines are shorter than what the blocks would have to be counted for.
  const std::size_t continuations =
      offset - start <= block_size
          ? static_cast<std::size_t>(std::ranges::count_if(text().substr(start, offset - start), is_continuation_byte))
          : continuation_bytes_before(offset) - continuation_bytes_before(start);
  return {offset, line, offset - start - continuations + 1};
}

std::size_t SourceText::continuation_bytes_before(std::size_t offset) const {
  if (offset == 0) return 0;
  const std::size_t block = (offset - 1) / block_size;
  const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(block * block_size);
  const auto end = text_.begin() + static_cast<std::ptrdiff_t>(offset);
  return continuation_bytes_[block] + static_cast<std::size_t>(std::count_if(begin, end, is_continuation_byte));
}

}  // namespace ibtest
