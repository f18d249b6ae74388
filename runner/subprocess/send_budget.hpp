#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

namespace ibtest {

/// A part of a budget. It goes with the bytes that it was taken for, and is given back with its last copy: when they
/// have been sent, or never will be.
using SendShare = std::shared_ptr<const void>;

/// Bounds the bytes that wait to be sent to one reader, which may read as slowly as it likes, or not at all. Usable on
/// any thread.
class SendBudget : public std::enable_shared_from_this<SendBudget> {
 public:
  explicit SendBudget(std::size_t most) : most_(most) {}
  SendBudget(const SendBudget&) = delete;
  SendBudget& operator=(const SendBudget&) = delete;
  ~SendBudget() = default;

  /// Waits while all is taken, then takes so many bytes; whoever comes when little is left may take more than that.
  /// Also when `give_up` says so, which is asked again after wake().
  [[nodiscard]] SendShare take(std::size_t bytes, const std::function<bool()>& give_up);
  void wake();

 private:
  void give_back(std::size_t bytes);

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0;
};

}  // namespace ibtest
