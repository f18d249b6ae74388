#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// Appends the bytes in base64 with padding (RFC 4648, section 4).
void append_base64(std::string& output, std::string_view bytes);
/// Nothing for any text that append_base64() does not write.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace ibtest
