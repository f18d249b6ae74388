#pragma once

#include <string>
#include <string_view>

namespace ibtest {

/// The difference of two texts in the unified format, with three lines of context; empty when there is none.
[[nodiscard]] std::string unified_diff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace ibtest
