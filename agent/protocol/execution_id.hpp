#pragma once

#include <cstdint>
#include <string>

namespace ibtest {

/// A fresh lower-case UUID, version 1, as execution ids are (LOG-2).
[[nodiscard]] std::string make_execution_id();

/// A fresh lower-case UUID, version 4 (VAR-23).
[[nodiscard]] std::string make_random_uuid();

/// UTC, RFC 3339 with nine fractional digits: "2022-05-25T13:34:02.301234567Z".
[[nodiscard]] std::string format_time_ns(std::int64_t time_ns);
/// Whole seconds in the local zone: "2022-05-25T13:34:02Z" or with an offset "-07:00" (LOG-15).
[[nodiscard]] std::string format_time_seconds(std::int64_t time_ns);
/// "2024-03-09_07-05-02" in UTC, for folder names (LOG-1).
[[nodiscard]] std::string format_time_folder(std::int64_t time_ns);
/// Now, in nanoseconds since 1970-01-01 UTC.
[[nodiscard]] std::int64_t current_time_ns();

}  // namespace ibtest
