#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agent/protocol/exchange_frame.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/subprocess/process_loop.hpp"
#include "runner/subprocess/send_budget.hpp"

namespace ibtest {

/// The runner's side of the exchanges with one agent: a thread for each question, since answers wait for networks; all
/// lines are sent from the loop's own thread. With the value, what is still being answered is cancelled.
///
/// The agent is not trusted: however much it asks for, grants and sends, and however little it reads, what waits for it
/// or of it stays bounded. It has one exchange open at a time, and others that are being cancelled.
class ExchangeServer {
 public:
  /// Takes a line for the agent, on the loop, and lets the share go when that has been sent, or never will be.
  using Sender = std::function<void(std::string line, SendShare share)>;

  ExchangeServer(ProcessLoop& loop, ExchangeHandler& handler, Sender send);
  ExchangeServer(const ExchangeServer&) = delete;
  ExchangeServer& operator=(const ExchangeServer&) = delete;
  ~ExchangeServer();

  /// What the agent says: a line of an exchange. Throws Fault (target_failed) for what no agent says.
  void received(std::string line);
  /// Bytes that may wait to be sent; one more piece or answer may be added to them.
  static constexpr std::size_t most_unsent = 2 * exchange_window;
  /// Nobody wants answers any more.
  void cancel_all();

 private:
  class Stream;
  struct Outlet;

  void open(std::uint64_t number, nlohmann::json question);

  ProcessLoop& loop_;
  ExchangeHandler& handler_;
  std::shared_ptr<Outlet> outlet_;
  std::map<std::uint64_t, std::unique_ptr<Stream>> streams_;
};

}  // namespace ibtest
