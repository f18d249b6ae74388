#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace ibtest {

/// Removes a folder with everything in it, whatever its depth. Links are removed, never followed, also when someone
/// puts them in place meanwhile. Asks `stop` now and then. The error names the first thing that could not be removed.
[[nodiscard]] std::string remove_tree(const std::filesystem::path& folder, const std::function<bool()>& stop);

}  // namespace ibtest
