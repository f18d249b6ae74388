#include "runner/target/container/removed_container.hpp"

namespace ibtest {

RemovedContainer::~RemovedContainer() {
  remove();
}

void RemovedContainer::remove() noexcept {
  if (name_.empty()) return;
  try {
    // With the anonymous volumes that the image's VOLUME made.
    static_cast<void>(engine_.run({"rm", "--force", "--volumes", name_}, ContainerEngine::clean_up()));
  } catch (...) {  // NOLINT(bugprone-empty-catch): the next run's sweep removes it
  }
  name_.clear();
}

}  // namespace ibtest
