#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ibtest {

/// The candidate that `name` is most likely a misspelling of: other letter case, other separators, or a small edit
/// distance for its length. Nothing when none is near.
[[nodiscard]] std::optional<std::string_view> nearest_name(std::string_view name,
                                                           std::span<const std::string_view> candidates);

/// The candidate that `name` can only be a misspelling of: it differs in no more than two places, and every other
/// candidate in at least two more. Nothing where there is a doubt.
[[nodiscard]] std::optional<std::string_view> certain_name(std::string_view name,
                                                           std::span<const std::string_view> candidates);

}  // namespace ibtest
