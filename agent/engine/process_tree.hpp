#pragma once

#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace ibtest {

/// One process as /proc shows it.
struct ProcessEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t session = 0;
  char state = 'R';
  std::uint64_t start_ticks = 0;  ///< tells a process from a later one with the same id

  [[nodiscard]] bool ended() const { return state == 'Z' || state == 'X'; }
};

/// All descendants of `root` at this moment, zombies included. Empty where /proc is not mounted.
[[nodiscard]] std::vector<ProcessEntry> descendants_of(pid_t root);

/// The processes below this one when a step starts: daemons of earlier steps, which a later step's time-out must not
/// touch. What is below this process and neither one of these, nor a child or a session mate of one, was started by the
/// step, however often it called setsid or forked.
class EarlierProcesses {
 public:
  /// None: the usual case, known without reading /proc when this process has no children.
  EarlierProcesses() = default;
  static EarlierProcesses now();

  /// Those of the current descendants of this process that the step has started.
  [[nodiscard]] std::vector<ProcessEntry> started_since() const;

 private:
  std::vector<ProcessEntry> earlier_;
};

}  // namespace ibtest
