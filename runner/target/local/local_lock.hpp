#pragma once

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// Held by the one run of this user that executes on this machine itself: two at once would change it under each
/// other's feet. Freed by the kernel when the holder dies.
class LocalLock {
 public:
  /// Throws Fault: another run holds it (not_runnable, naming its process), or the file cannot be trusted or used.
  LocalLock();

 private:
  FileDescriptor file_;
};

}  // namespace ibtest
