#pragma once

#include <string_view>

namespace ibtest {

/// Whether a path matches a pattern: `*`, `?` and `[...]` within one name, `**` for any number of folders.
[[nodiscard]] bool matches_path(std::string_view pattern, std::string_view path);

/// Whether a path is ignored by a line of an ignore list: a pattern without `/` matches a name anywhere in the path,
/// one with `/` the path from its beginning, and what matches a folder ignores all that is in it.
[[nodiscard]] bool ignores_path(std::string_view pattern, std::string_view path);

/// Whether a text has wildcards.
[[nodiscard]] bool is_pattern(std::string_view text);

}  // namespace ibtest
