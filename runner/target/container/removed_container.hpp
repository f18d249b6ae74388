#pragma once

#include <string>

#include "runner/target/container/container_engine.hpp"

namespace ibtest {

/// A container that is removed, running or not, with this value. Never throws; bounded when the engine is dead.
class RemovedContainer {
 public:
  RemovedContainer(const ContainerEngine& engine, std::string name) : engine_(engine), name_(std::move(name)) {}
  RemovedContainer(const RemovedContainer&) = delete;
  RemovedContainer& operator=(const RemovedContainer&) = delete;
  ~RemovedContainer();

  /// Leaves it there.
  void release() { name_.clear(); }
  /// Removes it now.
  void remove() noexcept;

 private:
  ContainerEngine engine_;
  std::string name_;
};

}  // namespace ibtest
