#include "runner/subprocess/side_channel.hpp"

#include <deque>
#include <fcntl.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "agent/protocol/exchange_frame.hpp"
#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/line_buffer.hpp"
#include "agent/protocol/whole_write.hpp"

namespace ibtest {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

namespace {

constexpr std::size_t read_size = 256U << 10U;
// Frames are shorter; an agent that sends longer lines is not listened to any more.
constexpr std::size_t longest_line = 16U << 20U;

}  // namespace

struct SideChannel::State : std::enable_shared_from_this<State> {
  explicit State(asio::io_context& context) : acceptor(context), socket(context), buffer(read_size) {}

  stream_protocol::acceptor acceptor;
  stream_protocol::socket socket;
  std::vector<char> buffer;
  LineBuffer lines;
  struct Queued {
    std::string line;
    SendShare share;
  };
  std::deque<Queued> queue;
  std::uint64_t connection = 0;  ///< counts, so that handlers of an earlier one do nothing
  bool reading = false;

  void accept() {
    acceptor.async_accept([self = shared_from_this()](const error_code& error, stream_protocol::socket accepted) {
      if (error) return;
      ++self->connection;
      self->socket = std::move(accepted);
      error_code ignored;
      self->socket.set_option(stream_protocol::socket::send_buffer_size(exchange_socket_buffer), ignored);  // or less
      self->lines = {};
      self->queue.clear();
      self->reading = false;
      self->accept();
    });
  }

  void read() {
    if (reading || !socket.is_open()) return;
    reading = true;
    socket.async_read_some(asio::buffer(buffer),
                           [self = shared_from_this(), mine = connection](const error_code& error, std::size_t size) {
                             if (mine != self->connection) return;
                             self->reading = false;
                             if (!error) self->lines.append({self->buffer.data(), size});
                             if (error || self->lines.waiting() > longest_line) self->close();
                           });
  }

  void write() {
    asio::async_write(socket, asio::buffer(queue.front().line), whole_write,
                      [self = shared_from_this(), mine = connection](const error_code& error, std::size_t /*size*/) {
                        if (mine != self->connection) return;
                        if (error) return self->close();
                        self->queue.pop_front();
                        if (!self->queue.empty()) self->write();
                      });
  }

  void close() {
    error_code ignored;
    ++connection;
    socket.close(ignored);
    queue.clear();
    reading = false;
  }
};

SideChannel::SideChannel(ProcessLoop& loop)
    : folder_("socket of a container"), state_(std::make_shared<State>(loop.context())) {
  try {
    // The path of a socket may not be long; one through a descriptor never is.
    const FileDescriptor place(::open(folder().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    const stream_protocol::endpoint endpoint(fmt::format("/proc/self/fd/{}/{}", place.get(), socket_name));
    state_->acceptor.open(endpoint.protocol());
    state_->acceptor.bind(endpoint);
    state_->acceptor.listen();
  } catch (const boost::system::system_error& error) {
    throw Fault(ExitStatus::target_failed, "cannot listen in " + folder().string() + ": " + error.code().message());
  }
  state_->accept();
}

SideChannel::~SideChannel() {
  error_code ignored;
  state_->acceptor.close(ignored);
  state_->close();
}

bool SideChannel::connected() const {
  return state_->socket.is_open();
}

void SideChannel::send(std::string line, SendShare share) {
  if (!connected()) return;
  line += '\n';
  state_->queue.push_back({std::move(line), std::move(share)});
  if (state_->queue.size() == 1) state_->write();
}

std::optional<std::string> SideChannel::take_line() {
  return state_->lines.take_line();
}

void SideChannel::resume() {
  state_->read();
}

}  // namespace ibtest
