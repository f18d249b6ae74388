#include "runner/target/container/leftover_sweep.hpp"

#include "runner/target/container/leftovers.hpp"

namespace ibtest {

using namespace std::chrono_literals;

struct LeftoverSweep::State {
  explicit State(const ContainerEngine& used) : engine(used) {}

  ContainerEngine engine;
  std::unique_ptr<RunningCommand> containers;
  std::unique_ptr<RunningCommand> images;
};

LeftoverSweep::LeftoverSweep(const ContainerEngine& engine) : state_(std::make_unique<State>(engine)) {
  const auto options = ContainerEngine::clean_up(10s);
  state_->containers = engine.loop().start(engine.command(list_owned_containers()), options);
  state_->images = engine.loop().start(engine.command(list_snapshots()), options);
}

LeftoverSweep::~LeftoverSweep() = default;

std::vector<std::string> LeftoverSweep::finish() noexcept {
  try {
    if (!state_->containers) return {};
    const auto containers = state_->containers->wait();
    const auto images = state_->images->wait();
    state_->containers.reset();
    return remove_gone(state_->engine, containers.standard_output, images.standard_output, false);
  } catch (...) {
    return {};
  }
}

}  // namespace ibtest
