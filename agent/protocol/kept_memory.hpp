#pragma once

#include <malloc.h>

namespace ibtest {

/// For the start of a program that takes part in exchanges. Their pieces come and go all the time; memory that goes
/// back to the system between two of them costs more than copying it.
inline void keep_freed_memory() {
  constexpr int kept = 16 << 20;
  ::mallopt(M_TRIM_THRESHOLD, kept);
  ::mallopt(M_MMAP_THRESHOLD, kept);
}

}  // namespace ibtest
