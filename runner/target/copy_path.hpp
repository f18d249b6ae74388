#pragma once

#include <filesystem>
#include <string>

namespace ibtest {

/// Copies a file or folder of this machine to `destination`, which becomes it: folders and regular files, nothing else,
/// no more of them than a CopyBudget. `name` is what it is called in the Fault (target_failed) that says that it could
/// not be done.
void copy_path(const std::filesystem::path& source, const std::filesystem::path& destination, const std::string& name);

}  // namespace ibtest
