#pragma once

#include <filesystem>

namespace ibtest {

/// Copies this very executable to `folder`/ibtest-agent, so that nobody ever sees a part of it: temporary name, fsync,
/// rename. Throws Fault.
void install(const std::filesystem::path& folder);

}  // namespace ibtest
