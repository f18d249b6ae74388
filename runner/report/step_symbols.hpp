#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "agent/protocol/event.hpp"
#include "runner/report/palette.hpp"

namespace ibtest {

/// How a result is shown: a symbol in terminals, a word in plain lines.
struct StatusSign {
  std::string_view symbol;
  std::string_view ascii_symbol;
  std::string_view word;
  Paint paint = Paint::none;
};

/// `status` is nothing for a step that never ended.
[[nodiscard]] StatusSign status_sign(std::optional<Status> status);

[[nodiscard]] std::string_view spinner_frame(std::size_t number, bool ascii);

}  // namespace ibtest
