#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/target/target.hpp"

namespace ibtest {

/// The folder with the root file system in `path`, absolute: itself when it is a folder, else the archive unpacked once
/// to a cache, until the archive changes. Throws Fault (not_runnable where it holds no root file system), Interrupted.
[[nodiscard]] std::filesystem::path provide_sandbox_root(const std::filesystem::path& path,
                                                         const TargetContext& context, ProgressSink& progress);

/// Removes all that was unpacked. Returns it, for people.
[[nodiscard]] std::vector<std::string> remove_unpacked_roots(ProcessLoop& loop, const std::filesystem::path& agent);

}  // namespace ibtest
