#pragma once

#include <filesystem>
#include <optional>

namespace ibtest {

struct ServeOptions {
  std::filesystem::path state_directory = "/var/lib/ibtest";
  std::optional<std::filesystem::path> boot_marker;      ///< Hello is said once this file exists
  std::optional<std::filesystem::path> exchange_socket;  ///< of the runner; used if it can be reached
  bool block_metadata = false;                           ///< EMU-17; only in a network namespace of the target's own
};

/// Serves one runner on standard input and output: says Hello, executes the job it is given, and ends when it is
/// released. Gives the exit status.
[[nodiscard]] int serve(const ServeOptions& options);

}  // namespace ibtest
