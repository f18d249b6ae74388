#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>

namespace ibtest::test {

/// Stands between a program and a server, and is as bad a connection as a test wants it to be: slow, cut, refused.
/// Listens at a port of 127.0.0.1; everything happens on a thread of its own.
class TcpProxy {
 public:
  /// Forwards to `host`, an IP address; what comes from either side is passed on after `delay`.
  TcpProxy(const std::string& host, int port, std::chrono::milliseconds delay = {});
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;
  ~TcpProxy();

  [[nodiscard]] int port() const { return port_; }
  /// Resets all connections now.
  void cut();
  /// Resets the present connections after so many further bytes have been passed on, in both directions together;
  /// where there is none, the next.
  void cut_after(std::size_t bytes);
  /// Forwards new connections to another port of the host.
  void forward_to(int port);
  /// While refusing, new connections are reset at once.
  void refuse(bool refusing) { refusing_ = refusing; }

  /// Connections that were passed on so far.
  [[nodiscard]] int connections() const { return connections_; }
  /// Connections that were reset by cut() and cut_after().
  [[nodiscard]] int cuts() const { return cuts_; }
  /// Bytes that were passed on so far.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Relay;
  struct Side;
  struct State;

  std::atomic<bool> refusing_ = false;
  std::atomic<int> connections_ = 0;
  std::atomic<int> cuts_ = 0;
  std::atomic<std::size_t> bytes_ = 0;
  int port_ = 0;
  std::unique_ptr<State> state_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace ibtest::test
