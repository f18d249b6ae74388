#pragma once

#include <cstdint>

#include "agent/protocol/fault.hpp"

namespace ibtest {

/// What a machine's files may take when they are copied out of it: a machine is not to fill this one's disk, with
/// sparse files for example, which cost it nothing.
class CopyBudget {
 public:
  /// One more file, folder or other entry. Throws Fault (target_failed) when it is too much, as spend_bytes().
  void spend_entry() {
    if (entries_left_ == 0) throw Fault(ExitStatus::target_failed, "there are more than 100000 files to copy");
    --entries_left_;
  }
  void spend_bytes(std::uint64_t bytes) {
    if (bytes > bytes_left_) throw Fault(ExitStatus::target_failed, "there is more than 4 GiB to copy");
    bytes_left_ -= bytes;
  }

 private:
  std::uint64_t bytes_left_ = 4ULL << 30U;
  std::uint64_t entries_left_ = 100'000;
};

}  // namespace ibtest
