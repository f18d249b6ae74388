#pragma once

#include <functional>
#include <string>

namespace ibtest {

/// Runs a profile's `credential_process` with a shell; its standard output. Throws ExchangeFailure when it fails, and
/// ExchangeCancelled, after ending it, when `cancelled` says so. Usable on any thread.
[[nodiscard]] std::string run_credential_process(const std::string& command, const std::function<bool()>& cancelled);

}  // namespace ibtest
