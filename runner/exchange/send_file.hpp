#pragma once

#include <cstdint>
#include <filesystem>

#include "runner/exchange/exchange_handler.hpp"

namespace ibtest {

/// Sends the content of a file of this machine; how many bytes. Throws ExchangeFailure when it cannot be read to its
/// end.
std::uint64_t send_file(const std::filesystem::path& path, ExchangeStream& stream);

}  // namespace ibtest
