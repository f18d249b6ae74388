#pragma once

#include <string>

namespace ibtest {

/// The name of an error number as Go programs print it: lower-case, "no such file or directory".
[[nodiscard]] std::string error_name(int error_number);

/// "killed", "terminated", "segmentation fault", ... (section 2.2 of the module specification).
[[nodiscard]] std::string signal_name(int signal);

/// What a process's wait status means: empty, "exit status 3" or "signal: killed".
[[nodiscard]] std::string wait_status_error(int wait_status);

}  // namespace ibtest
