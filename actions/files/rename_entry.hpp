#pragma once

namespace ibtest {

/// Gives an entry of one folder a name in another (or the same) folder. Without `replace`, something that has the name
/// already stays, and the answer is EEXIST. 0 or the error number.
[[nodiscard]] int rename_entry(int from_folder, const char* from, int to_folder, const char* to, bool replace);

}  // namespace ibtest
