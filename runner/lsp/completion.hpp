#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/lsp/document_outline.hpp"

namespace ibtest {

/// One way to go on at the cursor: bytes [begin, end) of the text become `text`.
struct Completion {
  enum class Kind { key, value, action, reference };
  Kind kind = Kind::key;
  std::string label;
  std::string text = {};
  std::string detail = {};       ///< one line
  std::string description = {};  ///< Markdown
  bool preferred = false;        ///< e.g. an input that is required
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What may be typed at an offset of a component document, however unfinished the document is.
[[nodiscard]] std::vector<Completion> complete(std::string_view text, std::size_t cursor);

}  // namespace ibtest
