#pragma once

#include <cstdint>
#include <optional>

#include "agent/protocol/event.hpp"

namespace ibtest {

/// What the runner may be asked for by one stage.
struct StageBounds {
  std::uint32_t steps = 0;    ///< of the documents' phases that the stage runs
  std::uint32_t reboots = 0;  ///< EMU-REBOOT-4
};

/// Checks that the events of a stage are numbered without gap and repetition, begin with the greeting, and tell of no
/// more than the stage can do: what a machine sends is not trusted, and what is remembered of a run is not to grow
/// beyond its documents.
class EventSequence {
 public:
  explicit EventSequence(const StageBounds& bounds) : bounds_(bounds) {}

  /// Throws Fault (target_failed) when `event` is not what may come next.
  void check(const Event& event);
  /// The next event is the first one of another agent, which goes on after a reboot.
  void restart() { expected_ = 1; }

 private:
  void check_number(const Event& event);

  const StageBounds bounds_;
  std::uint64_t expected_ = 1;
  std::uint32_t steps_ = 0;
  std::uint32_t reboots_ = 0;
  std::optional<StepAddress> last_step_;  ///< that has not ended: a reboot may open it again
};

}  // namespace ibtest
