#pragma once

#include <filesystem>
#include <functional>
#include <optional>

namespace ibtest {

struct ServeOptions {
  std::filesystem::path state_directory = "/var/lib/ibtest";
  /// A folder of this run's alone, with the socket that runners come to, in the place of standard input and output.
  std::optional<std::filesystem::path> session;
  std::function<void()> on_listening = {};  ///< runners can come to the session
  /// Nothing more is executed; `reboots`: until the machine was restarted.
  std::function<void(bool reboots)> on_executed = {};
  std::optional<std::filesystem::path> boot_marker;      ///< Hello is said once this file exists
  std::optional<std::filesystem::path> exchange_socket;  ///< of the runner; used if it can be reached
  bool block_metadata = false;                           ///< EMU-17; only in a network namespace of the target's own
};

/// Serves one runner on standard input and output, or those that come to the session's socket one after the other: says
/// Hello, executes the job it is given, and ends when it is released. A session goes on without a runner while steps
/// are executed, and for a day after. Gives the exit status.
[[nodiscard]] int serve(const ServeOptions& options);

}  // namespace ibtest
