#pragma once

#include <string>
#include <string_view>

namespace ibtest {

/// As the program gzip would compress it.
[[nodiscard]] std::string gzip(std::string_view bytes);

}  // namespace ibtest
