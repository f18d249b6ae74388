#pragma once

#include <compare>
#include <string_view>

namespace ibtest {

/// What conditions take for a number, as a regular expression (COND-12).
inline constexpr std::string_view decimal_pattern = "^[-+]?([0-9]+[.])?[0-9]+$";

/// Whether the text is one.
[[nodiscard]] bool is_decimal(std::string_view text);

/// Compares two texts of that form by their value, exactly and whatever their length (D-9): 2.10 equals 2.1.
[[nodiscard]] std::strong_ordering compare_decimals(std::string_view left, std::string_view right);

}  // namespace ibtest
