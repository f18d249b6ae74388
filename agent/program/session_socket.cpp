#include "agent/program/session_socket.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/resumable_stream.hpp"
#include "agent/protocol/whole_write.hpp"

namespace ibtest {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

namespace {

constexpr std::size_t piece = 64U << 10U;
// What a runner that is away misses beyond this waits where it comes from: events in their file.
constexpr std::size_t unacknowledged_limit = 4U << 20U;
// A runner that sends faster than this agent reads waits.
constexpr std::size_t unread_limit = 1U << 20U;
constexpr std::size_t longest_greeting = 512;

}  // namespace

struct SessionSocket::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, Callbacks given)
      : callbacks(std::move(given)), acceptor(context), connection(context), newcomer(context), inside(context) {}

  Callbacks callbacks;
  stream_protocol::acceptor acceptor;
  stream_protocol::socket connection;  ///< to the runner of the conversation
  stream_protocol::socket newcomer;    ///< has not greeted yet
  stream_protocol::socket inside;      ///< the other end of what the agent talks to
  std::string greeting;                ///< of the newcomer, as far as it has come
  std::uint64_t newcomers = 0;         ///< counted, like the following: handlers of earlier ones do nothing
  std::uint64_t connections = 0;
  std::uint64_t conversations = 0;
  std::string conversation;
  ResumableStream stream;
  std::array<char, piece> greeting_space{};
  std::array<char, piece> connection_space{};
  std::array<char, piece> inside_space{};
  std::string outgoing;                     ///< being written to the connection
  std::uint64_t writing_connection_of = 0;  ///< which connection that is
  std::string unread;                       ///< for the agent
  std::string writing;                      ///< being written to the agent
  bool reading_connection = false;
  bool reading_inside = false;
  bool inside_ended = false;
  bool closed = false;

  void accept() {
    acceptor.async_accept([self = shared_from_this()](const error_code& error, stream_protocol::socket accepted) {
      if (self->closed || error == asio::error::operation_aborted) return;
      if (!error) {
        ++self->newcomers;
        self->newcomer = std::move(accepted);
        self->greeting.clear();
        self->read_greeting();
      }
      self->accept();
    });
  }

  void read_greeting() {
    newcomer.async_read_some(asio::buffer(greeting_space),
                             [self = shared_from_this(), mine = newcomers](const error_code& error, std::size_t size) {
                               if (self->closed || mine != self->newcomers) return;
                               if (!error) self->greeting.append(self->greeting_space.data(), size);
                               const auto end = self->greeting.find('\n');
                               if (!error && end == std::string::npos && self->greeting.size() < longest_greeting)
                                 return self->read_greeting();
                               error_code ignored;
                               const auto its = decode_greeting(std::string_view(self->greeting).substr(0, end));
                               if (error || end == std::string::npos || !its) {
                                 self->newcomer.close(ignored);
                               } else if (!self->welcome(*its)) {
                                 self->refuse();
                               }
                             });
  }

  // The newcomer is the runner from now on. False when it remembers another conversation than this agent.
  bool welcome(const ConnectionGreeting& its) {
    if (its.conversation != conversation) {
      if (its.received != 0) return false;
      begin_conversation(its);
    } else if (!stream.resume(its.received)) {
      return false;
    }
    const std::string rest = greeting.substr(greeting.find('\n') + 1);
    ++connections;
    connection = std::move(newcomer);
    reading_connection = false;
    outgoing = encode(ConnectionGreeting{conversation, stream.received(), 0});
    write_connection();
    if (!rest.empty()) heard(rest);
    read_connection();
    callbacks.on_change();
    return true;
  }

  // The greeting of another conversation tells why. A newcomer has room for a line, or cares no more.
  void refuse() {
    error_code ignored;
    newcomer.non_blocking(true, ignored);
    newcomer.write_some(asio::buffer(encode(ConnectionGreeting{"another", 0, 0})), ignored);
    newcomer.close(ignored);
  }

  void begin_conversation(const ConnectionGreeting& its) {
    conversation = its.conversation;
    stream = {};
    ++conversations;
    unread.clear();
    writing.clear();
    reading_inside = false;
    inside_ended = false;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw Fault(ExitStatus::target_failed, system_error_text("making a pair of sockets", errno));
    error_code ignored;
    inside.close(ignored);
    inside.assign(stream_protocol(), ends[0], ignored);
    callbacks.on_new_runner(FileDescriptor(ends[1]), its.last_event);
    read_inside();
  }

  void read_connection() {
    if (reading_connection || !connection.is_open() || unread.size() >= unread_limit) return;
    reading_connection = true;
    connection.async_read_some(asio::buffer(connection_space), [self = shared_from_this(), mine = connections](
                                                                   const error_code& error, std::size_t size) {
      if (self->closed || mine != self->connections) return;
      self->reading_connection = false;
      if (error) return self->lose_connection();
      self->heard({self->connection_space.data(), size});
      self->read_connection();
    });
  }

  void heard(std::string_view bytes) {
    try {
      stream.receive(bytes, unread);
    } catch (const Fault&) {
      return lose_connection();
    }
    write_inside();
    write_connection();  // an acknowledgement, perhaps
    read_inside();       // now that less is kept
  }

  void lose_connection() {
    error_code ignored;
    ++connections;
    connection.close(ignored);
    reading_connection = false;
    outgoing.clear();
    callbacks.on_change();
  }

  void write_connection() {
    if (!connection.is_open()) return;
    const bool idle = outgoing.empty();
    if (idle) outgoing = stream.take_outgoing(piece);
    if (outgoing.empty() || writing_connection_of == connections) return;
    writing_connection_of = connections;
    asio::async_write(connection, asio::buffer(outgoing), whole_write,
                      [self = shared_from_this(), mine = connections](const error_code& error, std::size_t /*size*/) {
                        if (self->closed || mine != self->connections) return;
                        self->writing_connection_of = 0;
                        if (error) return self->lose_connection();
                        self->outgoing.clear();
                        self->write_connection();
                        if (self->outgoing.empty()) self->callbacks.on_change();
                      });
  }

  void read_inside() {
    if (reading_inside || inside_ended || !inside.is_open() || stream.unacknowledged() >= unacknowledged_limit) return;
    reading_inside = true;
    inside.async_read_some(asio::buffer(inside_space), [self = shared_from_this(), mine = conversations](
                                                           const error_code& error, std::size_t size) {
      if (self->closed || mine != self->conversations) return;
      self->reading_inside = false;
      if (error) {
        self->inside_ended = true;
        self->stream.finish();
        return self->write_connection();
      }
      self->stream.send({self->inside_space.data(), size});
      self->write_connection();
      self->read_inside();
    });
  }

  void write_inside() {
    if (!writing.empty() || unread.empty() || !inside.is_open()) return;
    writing = std::exchange(unread, {});
    asio::async_write(inside, asio::buffer(writing), whole_write,
                      [self = shared_from_this(), mine = conversations](const error_code& error, std::size_t /*size*/) {
                        if (self->closed || mine != self->conversations) return;
                        self->writing.clear();
                        if (error) return;
                        self->write_inside();
                        self->read_connection();
                      });
  }
};

SessionSocket::SessionSocket(asio::io_context& context, const std::filesystem::path& path, Callbacks callbacks)
    : state_(std::make_shared<State>(context, std::move(callbacks))) {
  try {
    const stream_protocol::endpoint endpoint(path.string());
    state_->acceptor.open(endpoint.protocol());
    state_->acceptor.bind(endpoint);
    state_->acceptor.listen();
  } catch (const boost::system::system_error& error) {
    throw Fault(ExitStatus::target_failed, "listening at " + path.string() + ": " + error.code().message());
  }
  state_->accept();
}

SessionSocket::~SessionSocket() {
  error_code ignored;
  state_->closed = true;
  state_->acceptor.close(ignored);
  state_->connection.close(ignored);
  state_->newcomer.close(ignored);
  state_->inside.close(ignored);
}

bool SessionSocket::connected() const {
  return state_->connection.is_open();
}

bool SessionSocket::finished() const {
  return !state_->connection.is_open() || (state_->inside_ended && state_->outgoing.empty());
}

}  // namespace ibtest
