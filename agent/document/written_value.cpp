#include "agent/document/written_value.hpp"

#include <algorithm>

#include "agent/document/scalar_source.hpp"

namespace ibtest {

std::string in_single_quotes(std::string_view value) {
  std::string text = "'";
  for (const char character : value) {
    text += character == '\'' ? "''" : std::string(1, character);
  }
  return text + "'";
}

std::string_view value_on_line(const SourceText& source, std::size_t offset) {
  const SourcePosition place = source.position(offset);
  const std::string_view line = source.line(place.line);
  std::string_view value = line.substr(std::min(offset - source.line_start(place.line), line.size()));
  value = value.substr(0, value.find(" #"));
  while (!value.empty() && is_blank_or_break(value.back())) {
    value.remove_suffix(1);
  }
  return value;
}

std::string quote_it(std::string_view value) {
  constexpr std::size_t longest = 60;
  if (value.empty() || value.size() > longest) return "put the whole value in single quotes, or in a `|` block";
  return "write " + in_single_quotes(value);
}

std::size_t value_start(const SourceText& source, std::size_t line_number, std::size_t limit) {
  const std::string_view line = source.line(line_number);
  const std::size_t start = source.line_start(line_number);
  std::size_t index = 0;
  while (index < line.size() &&
         (line[index] == ' ' || line[index] == '\t' || (line[index] == '-' && line.substr(index + 1, 1) == " "))) {
    ++index;
  }
  const std::size_t item = index;
  // A key reaches to the first colon with a blank after it; `limit` is where reading failed.
  const std::size_t colon = line.find(": ", index);
  if (colon != std::string_view::npos && start + colon < limit) {
    index = line.find_first_not_of(" \t", colon + 1);
    if (index == std::string_view::npos || start + index > limit) index = item;
  }
  return start + index;
}

}  // namespace ibtest
