#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/document/source_text.hpp"

namespace ibtest {

// Values as they are written on one line, for suggestions that show them written better.

/// The unquoted value that starts at `offset`, to the end of its line and without a comment behind it.
[[nodiscard]] std::string_view value_on_line(const SourceText& source, std::size_t offset);

/// The offset at which the value of a line starts: after its indentation, its dashes and its key. `limit` is where
/// reading failed; a key ends before it.
[[nodiscard]] std::size_t value_start(const SourceText& source, std::size_t line_number, std::size_t limit);

/// The value as YAML writes it in single quotes.
[[nodiscard]] std::string in_single_quotes(std::string_view value);

/// "write 'the value'"; long values are not repeated.
[[nodiscard]] std::string quote_it(std::string_view value);

}  // namespace ibtest
