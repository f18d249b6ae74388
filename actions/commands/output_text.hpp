#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "actions/action_context.hpp"

namespace ibtest {

/// How much of an output value is kept (OUT-12).
inline constexpr std::size_t most_output_bytes = 16U << 20U;

/// The text as an output value: bytes that are no UTF-8 are replaced (OUT-11), what is over the limit is cut off with a
/// warning that names it as `what` (OUT-12), after a whole element where `separator` stands between elements.
[[nodiscard]] std::string output_text(std::string text, std::string_view what, ActionContext& context,
                                      char separator = '\0');

}  // namespace ibtest
