#pragma once

#include <string>
#include <string_view>

namespace ibtest {

/// Text for XML 1.0: markup is escaped, line breaks and tabs become references, and characters that XML does not allow
/// at all become U+FFFD.
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// ` name="value"`, with a blank before it.
[[nodiscard]] std::string xml_attribute(std::string_view name, std::string_view value);

}  // namespace ibtest
