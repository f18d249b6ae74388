#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "agent/protocol/line_buffer.hpp"

namespace ibtest {

/// A socket of a runner on the same machine; where it can be reached it carries the exchanges, which an engine's way of
/// carrying standard streams would slow down. Everything happens on the loop.
class ExchangeSocket {
 public:
  /// Connects, if somebody listens there. `on_line` gets what the runner says.
  ExchangeSocket(boost::asio::io_context& context, const std::filesystem::path& path,
                 std::function<void(std::string line)> on_line);
  ExchangeSocket(const ExchangeSocket&) = delete;
  ExchangeSocket& operator=(const ExchangeSocket&) = delete;
  ~ExchangeSocket() = default;

  [[nodiscard]] bool connected() const { return socket_.is_open(); }
  /// Sends one line (with its line break). Who sends many must not send more than the runner asks for.
  void send(std::string line);

 private:
  void read();
  void write();

  boost::asio::local::stream_protocol::socket socket_;
  std::function<void(std::string line)> on_line_;
  LineBuffer lines_;
  std::deque<std::string> queue_;
};

}  // namespace ibtest
