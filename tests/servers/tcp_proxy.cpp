#include "tests/servers/tcp_proxy.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace ibtest::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// One direction of a connection.
struct TcpProxy::Side {
  Side(tcp::socket& source, tcp::socket& destination) : from(source), to(destination) {}
  tcp::socket& from;
  tcp::socket& to;
  std::array<char, 16U << 10U> space{};
};

struct TcpProxy::Relay : std::enable_shared_from_this<TcpProxy::Relay> {
  Relay(TcpProxy& its_proxy, asio::io_context& context, tcp::socket accepted, std::chrono::milliseconds its_delay)
      : proxy(its_proxy), loop(context), client(std::move(accepted)), server(context), delay(its_delay) {}

  TcpProxy& proxy;
  asio::io_context& loop;
  tcp::socket client;
  tcp::socket server;
  std::chrono::milliseconds delay;
  Side up{client, server};
  Side down{server, client};
  std::optional<std::size_t> bytes_left;  ///< until it is reset

  void start(const tcp::endpoint& host) {
    server.async_connect(host, [self = shared_from_this()](const error_code& error) {
      if (error) return self->reset();
      error_code ignored;
      for (tcp::socket* const socket : {&self->client, &self->server})
        socket->set_option(tcp::no_delay(true), ignored);
      self->read(self->up);
      self->read(self->down);
    });
  }

  [[nodiscard]] bool is_open() const { return client.is_open(); }

  void read(Side& side) {
    side.from.async_read_some(asio::buffer(side.space),
                              [self = shared_from_this(), &side](const error_code& error, std::size_t size) {
                                if (!self->is_open()) return;
                                std::string piece(side.space.data(), error ? 0 : size);
                                if (self->delay.count() == 0) return self->pass_on(side, std::move(piece));
                                self->pass_on_later(side, std::move(piece));
                                if (!error) self->read(side);
                              });
  }

  void pass_on_later(Side& side, std::string piece) {
    const auto timer = std::make_shared<asio::steady_timer>(loop, delay);
    timer->async_wait([self = shared_from_this(), &side, timer, text = std::move(piece)](const error_code&) mutable {
      if (self->is_open()) self->pass_on(side, std::move(text));
    });
  }

  // An empty piece is the end.
  void pass_on(Side& side, std::string piece) {
    if (piece.empty()) {
      error_code ignored;
      side.to.shutdown(tcp::socket::shutdown_send, ignored);
      if (++ended == 2) close();
      return;
    }
    const bool last = bytes_left && piece.size() >= *bytes_left;
    if (last) piece.resize(*bytes_left);
    if (bytes_left) *bytes_left -= piece.size();
    proxy.bytes_ += piece.size();
    error_code error;
    const auto written = std::make_shared<std::string>(std::move(piece));
    if (delay.count() != 0 || last) {
      // Delayed pieces come faster than they are written only when nobody reads, which no test does.
      asio::write(side.to, asio::buffer(*written), error);
      if (last) {
        ++proxy.cuts_;
        reset();
      } else if (error) {
        reset();
      }
      return;
    }
    asio::async_write(side.to, asio::buffer(*written),
                      [self = shared_from_this(), &side, written](const error_code& failed, std::size_t /*size*/) {
                        if (!self->is_open()) return;
                        if (failed) return self->reset();
                        self->read(side);
                      });
  }

  void reset() {
    error_code ignored;
    for (tcp::socket* const socket : {&client, &server}) {
      socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
    }
  }

  void close() {
    error_code ignored;
    client.close(ignored);
    server.close(ignored);
  }

  int ended = 0;
};

struct TcpProxy::State {
  State(TcpProxy& its_proxy, const std::string& host, int port, std::chrono::milliseconds its_delay)
      : proxy(its_proxy),
        server(asio::ip::make_address(host), static_cast<unsigned short>(port)),
        acceptor(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        delay(its_delay) {
    accept();
  }

  TcpProxy& proxy;
  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(loop);
  tcp::endpoint server;
  tcp::acceptor acceptor;
  std::chrono::milliseconds delay;
  std::vector<std::weak_ptr<Relay>> relays;
  std::optional<std::size_t> cut_next_after;

  void accept() {
    acceptor.async_accept([this](const error_code& error, tcp::socket accepted) {
      if (error == asio::error::operation_aborted) return;
      if (!error) begin(std::move(accepted));
      accept();
    });
  }

  void begin(tcp::socket accepted) {
    const auto relay = std::make_shared<Relay>(proxy, loop, std::move(accepted), delay);
    if (proxy.refusing_) return relay->reset();
    ++proxy.connections_;
    relay->bytes_left = std::exchange(cut_next_after, std::nullopt);
    std::erase_if(relays, [](const auto& one) { return one.expired(); });
    relays.push_back(relay);
    relay->start(server);
  }

  template <typename Action>
  bool for_each_open(const Action& action) {
    bool any = false;
    for (const auto& weak : relays) {
      const auto relay = weak.lock();
      if (!relay || !relay->is_open()) continue;
      any = true;
      action(*relay);
    }
    return any;
  }
};

TcpProxy::TcpProxy(const std::string& host, int port, std::chrono::milliseconds delay)
    : state_(std::make_unique<State>(*this, host, port, delay)) {
  port_ = state_->acceptor.local_endpoint().port();
  thread_ = std::thread([this] { state_->loop.run(); });
}

TcpProxy::~TcpProxy() {
  state_->loop.stop();
  thread_.join();
}

void TcpProxy::cut() {
  asio::post(state_->loop, [this] {
    state_->for_each_open([this](Relay& relay) {
      ++cuts_;
      relay.reset();
    });
  });
}

void TcpProxy::cut_after(std::size_t bytes) {
  asio::post(state_->loop, [this, most = std::max<std::size_t>(bytes, 1)] {
    if (!state_->for_each_open([most](Relay& relay) { relay.bytes_left = most; })) state_->cut_next_after = most;
  });
}

void TcpProxy::forward_to(int port) {
  asio::post(state_->loop, [this, port] { state_->server.port(static_cast<unsigned short>(port)); });
}

}  // namespace ibtest::test
