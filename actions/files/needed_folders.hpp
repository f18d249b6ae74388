#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "actions/action_context.hpp"

namespace ibtest {

/// The path without links, `.` and `..` as far as it exists, normalised beyond.
[[nodiscard]] std::filesystem::path canonical_or_same(const std::filesystem::path& path);

/// Whether `inner` is the folder or lies below it; both as canonical_or_same() gives them.
[[nodiscard]] bool holds(const std::filesystem::path& folder, const std::filesystem::path& inner);

/// Why a folder must not go away: it is the root folder, or is or holds what this step and the run need
/// (DELETEFOLDER-4). Empty when it may. "the root folder is never <done>".
[[nodiscard]] std::string needed_by_run(const std::filesystem::path& folder, std::string_view done,
                                        const ActionContext& context);

}  // namespace ibtest
