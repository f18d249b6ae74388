#pragma once

#include <filesystem>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// The file of the lock of this user, in a folder that nobody else writes to, where there is one.
[[nodiscard]] std::filesystem::path local_lock_of_user();

/// Held by the one run of this user that executes on this machine itself: two at once would change it under each
/// other's feet. Freed by the kernel when the holder dies.
class LocalLock {
 public:
  /// Throws Fault: another run holds it (not_runnable, naming its process), or the file cannot be trusted or used.
  explicit LocalLock(const std::filesystem::path& path);

 private:
  FileDescriptor file_;
};

}  // namespace ibtest
