#pragma once

#include <filesystem>
#include <string>

#include "actions/action_context.hpp"
#include "actions/files/copy_entry.hpp"

namespace ibtest {

/// Copies a folder with everything in it to the folder `target`, which is made if it is missing (its parent exists) and
/// else merged into: what has the same name is replaced, everything else stays, a file against a folder is an error
/// (COPYFOLDER-4, -6, -7). Links are copied as links. Files appear complete or not at all; on failure those that are
/// complete stay. The error; empty on success.
[[nodiscard]] std::string copy_tree(const std::filesystem::path& source, const std::filesystem::path& target,
                                    CopyPurpose purpose, ActionContext& context);

}  // namespace ibtest
