#pragma once

#include <filesystem>

namespace ibtest {

/// Makes a folder that only this user may enter, and those above it. One that is there already is used when it is no
/// link, belongs to this user and nobody else may write to it; then it is closed to others. Throws Fault
/// (target_failed) for one that another user may have prepared. What cannot be made is left for its user to find.
void make_private_folder(const std::filesystem::path& folder);

}  // namespace ibtest
