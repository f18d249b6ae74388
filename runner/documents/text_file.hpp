#pragma once

#include <cstddef>
#include <string>

namespace ibtest {

/// A whole text file of at most `limit` bytes and one more. Throws Fault (not_runnable): no such file (with the nearest
/// name in its folder), a directory, not readable.
[[nodiscard]] std::string read_text_file(const std::string& path, std::size_t limit);

}  // namespace ibtest
