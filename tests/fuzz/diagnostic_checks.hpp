#pragma once

#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>

#include "agent/document/diagnostic.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

/// A place is one of the text.
inline void check_position(const SourceText& source, const SourcePosition& position) {
  require(position.offset <= source.text().size(), "a position lies inside the text");
  require(position == source.position(position.offset), "line and column belong to the offset");
}

/// A finding can be shown.
inline void check_diagnostic(const SourceText& source, const Diagnostic& diagnostic) {
  require(!diagnostic.message.empty() && !diagnostic.code.empty(), "a finding says something");
  if (diagnostic.range.begin.line > 0) {
    check_position(source, diagnostic.range.begin);
    check_position(source, diagnostic.range.end);
    require(diagnostic.range.begin.offset <= diagnostic.range.end.offset, "a range does not end before it begins");
  }
  const std::string text = render(diagnostic, &source, false);
  require(text.size() < 4096, "a rendered finding is bounded");
  for (std::size_t offset = 0; offset < text.size();) {
    const DecodedCharacter character = decode_utf8(text, offset);
    require(character.valid && (text[offset] == '\n' || is_displayable(character.value)), "only printable text");
    offset += character.length;
  }
}

}  // namespace ibtest::fuzz
