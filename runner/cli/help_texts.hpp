#pragma once

#include <string>
#include <string_view>

namespace ibtest {

/// The help of a command, or the overview for "". At most 100 columns wide.
[[nodiscard]] std::string_view help_text(std::string_view command);

/// The help of "awstoe", "awstoe run" and "awstoe validate", which help_text() gives as well.
[[nodiscard]] std::string_view awstoe_help_text(std::string_view command);

/// "ibtest 0.1.0".
[[nodiscard]] std::string version_text();

}  // namespace ibtest
