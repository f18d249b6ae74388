#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace ibtest {

/// Takes a number in decimal off the front of a text; false when there is none or it does not fit.
template <typename Integer>
bool take_number(std::string_view& text, Integer& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace ibtest
