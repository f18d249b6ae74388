#pragma once

#include <cstddef>
#include <limits>

#include <boost/system/error_code.hpp>

namespace ibtest {

/// For asio::async_write: offers all that is left at once. The library's own condition offers 64 KiB at a time, and
/// goes through the loop for each.
inline std::size_t whole_write(const boost::system::error_code& error, std::size_t /*written*/) {
  return error ? 0 : std::numeric_limits<std::size_t>::max();
}

}  // namespace ibtest
