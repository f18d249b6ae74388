#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// What usually stands behind what a command has written to standard error: no HOME (EMU-3), no systemd (EMU-7), no
/// sudo, no kernel of its own (EMU-8), a program for another architecture. Of a command that did not fail only HOME is
/// looked for: a script without `set -e` goes on after such an error.
[[nodiscard]] std::vector<std::string> stderr_hints(std::string_view standard_error, bool failed);

}  // namespace ibtest
