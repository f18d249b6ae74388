#include "agent/program/exchange_socket.hpp"

#include <utility>

#include <boost/asio/write.hpp>

#include "agent/protocol/exchange_frame.hpp"
#include "agent/protocol/whole_write.hpp"

namespace ibtest {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

ExchangeSocket::ExchangeSocket(asio::io_context& context, const std::filesystem::path& path,
                               std::function<void(std::string line)> on_line)
    : socket_(context), on_line_(std::move(on_line)) {
  error_code error;
  socket_.connect(stream_protocol::endpoint(path.string()), error);
  if (error) {
    socket_.close(error);
    return;
  }
  socket_.set_option(stream_protocol::socket::send_buffer_size(exchange_socket_buffer), error);  // or less
  read();
}

void ExchangeSocket::send(std::string line) {
  queue_.push_back(std::move(line));
  if (queue_.size() == 1) write();
}

void ExchangeSocket::read() {
  const auto space = lines_.space();
  socket_.async_read_some(asio::buffer(space.data(), space.size()), [this](const error_code& error, std::size_t size) {
    // A runner that goes away here goes away at the other end of the standard streams as well, which says so.
    if (error) return;
    lines_.received(size);
    while (auto line = lines_.take_line())
      on_line_(std::move(*line));
    read();
  });
}

void ExchangeSocket::write() {
  asio::async_write(socket_, asio::buffer(queue_.front()), whole_write,
                    [this](const error_code& error, std::size_t /*size*/) {
                      if (error == asio::error::operation_aborted) return;
                      queue_.pop_front();
                      if (error) queue_.clear();
                      if (!queue_.empty()) write();
                    });
}

}  // namespace ibtest
