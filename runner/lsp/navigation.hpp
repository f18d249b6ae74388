#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// What is known about what stands at an offset.
struct HoverText {
  std::string markdown;
  std::size_t begin = 0;  ///< bytes [begin, end) of the text that it is about
  std::size_t end = 0;
};

/// About an action, an input, another key, or what a reference stands for.
[[nodiscard]] std::optional<HoverText> hover_at(std::string_view text, std::size_t offset);

/// A name in a document: bytes [begin, end).
struct DefinitionSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Where the parameter, constant, step or loop that the reference at an offset names is written.
[[nodiscard]] std::optional<DefinitionSpan> definition_at(std::string_view text, std::size_t offset);

}  // namespace ibtest
