#pragma once

#include <string>

#include "agent/protocol/fault.hpp"

namespace ibtest {

/// "error: <message>" and the remedy on a line of its own, safe to print.
[[nodiscard]] std::string error_message(const Fault& fault, bool color);

/// "warning: <message>", safe to print.
[[nodiscard]] std::string warning_message(const std::string& message, bool color);

}  // namespace ibtest
