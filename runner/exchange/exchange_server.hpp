#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agent/protocol/exchange_frame.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

/// The runner's side of the exchanges with one agent: a thread for each question, since answers wait for networks; all
/// lines are sent from the loop's own thread. With the value, what is still being answered is cancelled.
class ExchangeServer {
 public:
  /// `send` takes a line for the agent, on the loop.
  ExchangeServer(ProcessLoop& loop, ExchangeHandler& handler, std::function<void(std::string line)> send);
  ExchangeServer(const ExchangeServer&) = delete;
  ExchangeServer& operator=(const ExchangeServer&) = delete;
  ~ExchangeServer();

  /// What the agent says.
  void received(ExchangeFrame frame);
  /// Nobody wants answers any more.
  void cancel_all();

 private:
  class Stream;
  struct Outlet;

  void open(const ExchangeFrame& question);

  ProcessLoop& loop_;
  ExchangeHandler& handler_;
  std::shared_ptr<Outlet> outlet_;
  std::map<std::uint64_t, std::unique_ptr<Stream>> streams_;
};

}  // namespace ibtest
