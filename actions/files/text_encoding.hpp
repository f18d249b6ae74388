#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// Encodings of file contents (ENC-1).
enum class TextEncoding { utf8, utf16_le, utf16_be, utf32_le, utf32_be };

/// Accepted values of an `encoding` input, in lower case; they are compared without letter case (ENC-1).
inline constexpr std::array<std::string_view, 14> encoding_names = {
    "utf8",      "utf-8", "utf16",  "utf-16",   "utf16-le",  "utf-16-le", "utf16-be",
    "utf-16-be", "utf32", "utf-32", "utf32-le", "utf-32-le", "utf32-be",  "utf-32-be"};

/// The encoding of that name; nothing for an unknown one.
[[nodiscard]] std::optional<TextEncoding> encoding_from_name(std::string_view name);

[[nodiscard]] bool is_big_endian(TextEncoding encoding);

/// UTF-8 text in `encoding`, without a byte order mark (ENC-2). Bytes that are no UTF-8 become U+FFFD, except that
/// UTF-8 output keeps them as they are.
[[nodiscard]] std::string encode_text(std::string_view utf8, TextEncoding encoding);

}  // namespace ibtest
