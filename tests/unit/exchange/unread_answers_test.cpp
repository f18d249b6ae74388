// An agent that asks and does not read what is answered: what waits for it stays bounded (EMU-16).
#include <atomic>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/line_buffer.hpp"
#include "runner/exchange/exchange_server.hpp"
#include "runner/subprocess/line_conversation.hpp"
#include "runner/subprocess/side_channel.hpp"

namespace ibtest {
namespace {

using Kind = ExchangeFrame::Kind;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// What kernels and buffers on the way hold.
constexpr std::size_t on_the_way = std::size_t{2} * exchange_socket_buffer;

/// Answers with more bytes than anybody has, or with a long answer.
class Handler final : public ExchangeHandler {
 public:
  nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override {
    if (text_in(question, "ask") == "word") return {{"text", piece_}};
    for (;;) {
      stream.send(piece_);
      sent_ += piece_.size();
    }
  }

  std::atomic<std::size_t> sent_ = 0;

 private:
  const std::string piece_ = std::string(exchange_piece, 'x');
};

class UnreadAnswersTest : public testing::Test {
 protected:
  void hear(const ExchangeFrame& frame) { server_->received(encode(frame)); }
  void ask(std::uint64_t number, const char* what) {
    hear({.exchange = number, .kind = Kind::ask, .content = {{"ask", what}}});
  }
  /// Runs the loop until what was sent stands still, for so long that a thread that may go on does.
  void settle() {
    for (std::size_t last = handler_.sent_, next = last;; last = next) {
      const auto end = Clock::now() + 100ms;
      while (Clock::now() < end)
        loop_.wait_until(end);
      next = handler_.sent_;
      if (next == last) return;
    }
  }
  /// Grants without end what was not taken, and expects the server to keep within bounds.
  void grant_without_reading() {
    ask(1, "endless");
    for (int round = 0; round < 6; ++round) {
      hear({.exchange = 1, .kind = Kind::more, .count = UINT64_MAX / 2});
      settle();
    }
    EXPECT_GE(handler_.sent_, ExchangeServer::most_unsent) << "the bound is the server's, not the test's";
    EXPECT_LE(handler_.sent_, ExchangeServer::most_unsent + on_the_way + exchange_piece);
  }

  ProcessLoop loop_;
  Handler handler_;
  std::unique_ptr<ExchangeServer> server_;
};

TEST_F(UnreadAnswersTest, OverTheSocketOfAContainer) {
  SideChannel channel(loop_);
  const FileDescriptor agent(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  (channel.folder() / SideChannel::socket_name)
      .string()
      .copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
  ASSERT_EQ(::connect(agent.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  while (!channel.connected())
    loop_.wait_until(Clock::now() + 10ms);
  server_ = std::make_unique<ExchangeServer>(
      loop_, handler_, [&](std::string line, SendShare share) { channel.send(std::move(line), std::move(share)); });
  grant_without_reading();
  // It goes on when it is read.
  const std::size_t before = handler_.sent_;
  LineBuffer lines;
  std::size_t read = 0;
  while (read < 2 * before) {
    loop_.wait_until(Clock::now() + 1ms);
    std::string space(1U << 20U, '\0');
    const ssize_t size = ::recv(agent.get(), space.data(), space.size(), MSG_DONTWAIT);
    if (size < 0) continue;
    lines.append(std::string_view(space).substr(0, static_cast<std::size_t>(size)));
    while (const auto line = lines.take_line()) {
      const auto frame = decode_exchange_frame(*line);
      ASSERT_EQ(frame.kind, Kind::data);
      read += frame.bytes.size();
      hear({.exchange = 1, .kind = Kind::more, .count = frame.bytes.size()});
    }
  }
  EXPECT_GT(handler_.sent_, before);
}

TEST_F(UnreadAnswersTest, OverTheStreamsOfAChild) {
  LineConversation child(loop_, {"sleep", "600"});
  server_ = std::make_unique<ExchangeServer>(
      loop_, handler_, [&](std::string line, SendShare share) { child.send(std::move(line), std::move(share)); });
  grant_without_reading();
  server_.reset();  // does not wait for the child
}

// The last word of an exchange counts, too: otherwise an agent could ask, cancel and ask again for ever.
TEST_F(UnreadAnswersTest, LastWords) {
  LineConversation child(loop_, {"sleep", "600"});
  std::size_t words = 0;
  server_ = std::make_unique<ExchangeServer>(loop_, handler_, [&](std::string line, SendShare share) {
    ++words;
    child.send(std::move(line), std::move(share));
  });
  constexpr std::size_t room = ExchangeServer::most_unsent / exchange_piece;
  const auto ask_and_cancel = [&](std::uint64_t number) {
    ask(number, "word");
    hear({.exchange = number, .kind = Kind::cancel});
  };
  std::uint64_t number = 0;
  while (number < room) {
    ask_and_cancel(++number);
    while (words < number)
      loop_.wait_until(Clock::now() + 10ms);
  }
  const auto go_on = [&] {
    while (number < 10 * room)
      ask_and_cancel(++number);
  };
  EXPECT_THROW(go_on(), Fault);
  settle();
  EXPECT_EQ(words, room);
}

}  // namespace
}  // namespace ibtest
