#include "runner/subprocess/send_budget.hpp"

namespace ibtest {

SendShare SendBudget::take(std::size_t bytes, const std::function<bool()>& give_up) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return taken_ < most_ || give_up(); });
    taken_ += bytes;
  }
  // Not empty, so that whoever keeps shares can tell them from none.
  return {this, [self = shared_from_this(), bytes](const SendBudget* /*this*/) { self->give_back(bytes); }};
}

void SendBudget::wake() {
  // Whoever has asked give_up() before it changed waits by now.
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void SendBudget::give_back(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  taken_ -= bytes;
  changed_.notify_all();
}

}  // namespace ibtest
