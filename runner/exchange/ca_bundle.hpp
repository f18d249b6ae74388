#pragma once

#include "agent/http/trust_store.hpp"
#include "runner/exchange/exchange_handler.hpp"

namespace ibtest {

/// Answers `ca-bundle`: sends this machine's certificate authorities for a target that has none (section 8.3 of the
/// module specification).
[[nodiscard]] nlohmann::json send_ca_bundle(ExchangeStream& stream, const EnvironmentVariables& environment);

/// This process's own environment.
[[nodiscard]] EnvironmentVariables process_environment();

}  // namespace ibtest
