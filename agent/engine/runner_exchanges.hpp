#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "actions/action_context.hpp"
#include "agent/engine/event_log.hpp"
#include "agent/protocol/exchange_frame.hpp"

namespace ibtest {

/// What the steps of this agent ask the runner for. Everything happens on the loop's thread.
class RunnerExchanges {
 public:
  RunnerExchanges(boost::asio::io_context& loop, EventLog& to_runner);
  RunnerExchanges(const RunnerExchanges&) = delete;
  RunnerExchanges& operator=(const RunnerExchanges&) = delete;
  ~RunnerExchanges();

  /// Asks the runner. The exchange waits by running the loop, until it is done or `must_stop` says so.
  [[nodiscard]] std::unique_ptr<RunnerExchange> open(nlohmann::json question, std::function<bool()> must_stop);
  /// What the runner says. Frames of exchanges that are over are dropped.
  void received(ExchangeFrame frame);
  /// From now on frames go this way, as lines with their line break, and not between the events.
  void send_through(std::function<void(std::string line)> sender) { sender_ = std::move(sender); }
  /// Another runner has taken the place of the one that was asked. It is asked the same, where no bytes have gone to
  /// and fro yet; the other open exchanges fail (RunnerAnswer::runner_replaced).
  void runner_was_replaced();
  /// Nothing will come from the runner any more; open exchanges fail.
  void runner_is_gone() { gone_ = true; }

 private:
  class Exchange;
  void send(const ExchangeFrame& frame);
  [[nodiscard]] bool gone() const { return gone_ || to_runner_.reader_gone(); }

  boost::asio::io_context& loop_;
  EventLog& to_runner_;
  std::function<void(std::string line)> sender_;
  std::map<std::uint64_t, Exchange*> open_;
  std::uint64_t last_ = 0;
  bool gone_ = false;
};

}  // namespace ibtest
