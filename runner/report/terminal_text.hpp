#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ibtest {

/// Makes bytes of unknown origin safe to print: escape sequences are removed, other control characters, invisible
/// direction marks and invalid UTF-8 become U+FFFD, tabs become blanks. Of text that was overwritten with carriage
/// returns (progress bars) what was last visible stays. The result has no line break and no control character.
[[nodiscard]] std::string harmless(std::string_view line);

/// The same for a text of several lines, each but the first indented; empty lines at its end are dropped.
[[nodiscard]] std::string harmless_block(std::string_view text, std::string_view indent);

/// Columns that `text` (valid UTF-8, no control characters) takes in a terminal.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text`, cut to `width` columns; a cut text ends in "…" ("..." when `ascii`).
[[nodiscard]] std::string cut_to_width(std::string_view text, std::size_t width, bool ascii = false);

/// `text` with blanks added up to `width` columns.
[[nodiscard]] std::string pad_to_width(std::string_view text, std::size_t width);

/// "4 ms", "0.3 s", "12.3 s", "2 min 05 s", "1 h 02 min".
[[nodiscard]] std::string format_duration(std::int64_t milliseconds);

}  // namespace ibtest
