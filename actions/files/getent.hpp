#pragma once

#include <string>

namespace ibtest {

/// The first line that `getent <database> -- <key>` prints; empty when there is no such program, no such entry, or no
/// answer within ten seconds (a directory server that does not reply).
[[nodiscard]] std::string ask_getent(const char* database, const std::string& key);

}  // namespace ibtest
