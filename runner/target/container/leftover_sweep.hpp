#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runner/target/container/container_engine.hpp"

namespace ibtest {

/// Looks for containers and snapshots of runs that are no more, on one engine, while something else is done.
class LeftoverSweep {
 public:
  /// Starts looking.
  explicit LeftoverSweep(const ContainerEngine& engine);
  LeftoverSweep(const LeftoverSweep&) = delete;
  LeftoverSweep& operator=(const LeftoverSweep&) = delete;
  ~LeftoverSweep();

  /// Removes what was found, and returns it for people. Never throws; bounded when the engine is dead.
  std::vector<std::string> finish() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ibtest
