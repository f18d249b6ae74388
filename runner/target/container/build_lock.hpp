#pragma once

#include <string>

#include "runner/subprocess/process_loop.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// Held by the one process of this machine and user that builds an image. Waiting for it sleeps until the holder lets
/// go, and ends with an interrupt. Freed by the kernel when the holder dies.
class BuildLock {
 public:
  /// Throws Fault when the lock file cannot be used, Interrupted.
  BuildLock(ProcessLoop& loop, const std::string& name, ProgressSink& progress);
  BuildLock(const BuildLock&) = delete;
  BuildLock& operator=(const BuildLock&) = delete;
  ~BuildLock();

 private:
  int file_ = -1;
};

}  // namespace ibtest
