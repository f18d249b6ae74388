#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/http/trust_store.hpp"

namespace ibtest {

/// The credentials and region of this environment, for scripts that call the AWS command line (EMU-11). Throws Fault
/// (not_runnable) when there are no credentials in it.
[[nodiscard]] std::map<std::string, std::string> aws_environment(const EnvironmentVariables& environment);

/// Those of its values that no log may show.
[[nodiscard]] std::vector<std::string> secrets_of(const std::map<std::string, std::string>& aws_environment);

}  // namespace ibtest
