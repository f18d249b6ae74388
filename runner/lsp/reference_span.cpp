#include "runner/lsp/reference_span.hpp"

#include <algorithm>

namespace ibtest {

LineSpan line_around(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t before = offset == 0 ? std::string_view::npos : text.find_last_of("\r\n", offset - 1);
  return {before == std::string_view::npos ? 0 : before + 1, std::min(text.find_first_of("\r\n", offset), text.size())};
}

std::optional<PlacedReference> reference_at(std::string_view text, std::size_t offset) {
  const LineSpan line = line_around(text, offset);
  for (Reference& reference : find_references(text.substr(line.begin, line.end - line.begin))) {
    const std::size_t begin = line.begin + reference.begin;
    const std::size_t end = line.begin + reference.end;
    if (offset >= begin && offset <= end) return PlacedReference{std::move(reference), begin, end};
  }
  return std::nullopt;
}

std::optional<OpenReference> open_reference(std::string_view text, std::size_t cursor) {
  constexpr std::string_view word_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:[]/";
  const LineSpan line = line_around(text, cursor);
  const std::string_view before = text.substr(line.begin, cursor - line.begin);
  const std::size_t braces = before.rfind("{{");
  if (braces == std::string_view::npos || before.find("}}", braces + 2) != std::string_view::npos) return std::nullopt;
  const std::size_t typed = before.find_first_not_of(' ', braces + 2);
  OpenReference open;
  open.begin = typed == std::string_view::npos ? cursor : line.begin + typed;
  // More than one word is no name that is being typed.
  if (before.substr(open.begin - line.begin).find_first_not_of(word_characters) != std::string_view::npos)
    return std::nullopt;
  open.end = std::min(text.find_first_not_of(word_characters, cursor), line.end);
  const std::string_view after = text.substr(open.end, line.end - open.end);
  open.closed = after.substr(std::min(after.find_first_not_of(' '), after.size())).starts_with("}}");
  return open;
}

}  // namespace ibtest
