#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "agent/expression/reference.hpp"

namespace ibtest {

/// A `{{ reference }}` and where it stands in the text.
struct PlacedReference {
  Reference reference;
  std::size_t begin = 0;  ///< offsets of its braces
  std::size_t end = 0;
};

/// The reference around an offset, on its line.
[[nodiscard]] std::optional<PlacedReference> reference_at(std::string_view text, std::size_t offset);

/// What is being typed between two braces that are still open left of the cursor: offsets of its first character, of
/// the end of the word at the cursor, and whether `}}` follows.
struct OpenReference {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool closed = false;
};
[[nodiscard]] std::optional<OpenReference> open_reference(std::string_view text, std::size_t cursor);

/// The bytes of the line that an offset is on, without its line break.
struct LineSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};
[[nodiscard]] LineSpan line_around(std::string_view text, std::size_t offset);

}  // namespace ibtest
