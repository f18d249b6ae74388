#pragma once

#include <string>

namespace ibtest {

/// Keeps this network namespace, which must be the target's own, from the instance metadata service of the machine that
/// it is on (EMU-17): its addresses are unreachable at once. What is started from now on cannot take that back. Why it
/// could not be done; empty when it is.
[[nodiscard]] std::string block_metadata_service();

}  // namespace ibtest
