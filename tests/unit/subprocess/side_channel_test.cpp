#include "runner/subprocess/side_channel.hpp"

#include <sys/stat.h>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "runner/subprocess/line_conversation.hpp"

namespace ibtest {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using namespace std::chrono_literals;

/// The agent's end.
class Client {
 public:
  explicit Client(const SideChannel& channel) : socket_(context_) {
    socket_.connect(stream_protocol::endpoint((channel.folder() / SideChannel::socket_name).string()));
  }
  void send(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }
  std::string receive(std::size_t size) {
    std::string bytes(size, '\0');
    bytes.resize(asio::read(socket_, asio::buffer(bytes), error_));
    return bytes;
  }
  /// The other end has closed the connection.
  bool closed() {
    receive(1);
    return error_ == asio::error::eof || error_ == asio::error::connection_reset;
  }

 private:
  asio::io_context context_;
  stream_protocol::socket socket_;
  boost::system::error_code error_;
};

class SideChannelTest : public testing::Test {
 protected:
  void wait_for_connection() {
    for (int tries = 0; tries < 100 && !channel_->connected(); ++tries)
      loop_.wait_until(std::chrono::steady_clock::now() + 50ms);
    ASSERT_TRUE(channel_->connected());
  }

  ProcessLoop loop_;
  std::shared_ptr<SideChannel> channel_ = std::make_shared<SideChannel>(loop_);
};

TEST_F(SideChannelTest, CarriesExchangesBothWaysAndNothingElse) {
  LineConversation cat(loop_, {"cat"});
  cat.use(channel_);
  const std::string early = R"({"x":1,"more":1})";
  cat.send(early);
  EXPECT_EQ(cat.receive().line, early) << "nobody is connected yet";
  Client client(*channel_);
  client.send("{\"x\":1,\"bytes\":3}\na\nb\n");
  EXPECT_EQ(cat.receive().line, "{\"x\":1,\"bytes\":3}\na\nb");
  const std::string answer = R"({"x":1,"end":{}})";
  cat.send(answer);
  cat.send("{}");
  EXPECT_EQ(cat.receive().line, "{}");
  EXPECT_EQ(client.receive(answer.size() + 1), answer + "\n");
}

TEST_F(SideChannelTest, TheAgentAfterARebootTakesTheFirstOnesPlace) {
  Client before(*channel_);
  wait_for_connection();
  before.send("half a li");
  Client after(*channel_);
  EXPECT_TRUE([&] {
    for (int tries = 0; tries < 100; ++tries) {
      after.send("whole\n");
      channel_->resume();
      loop_.wait_until(std::chrono::steady_clock::now() + 20ms);
      if (auto line = channel_->take_line()) return *line == "whole";
    }
    return false;
  }());
  EXPECT_TRUE(before.closed());
}

TEST_F(SideChannelTest, EndsWithAnAgentThatSendsNoLines) {
  Client client(*channel_);
  wait_for_connection();
  const std::string flood(1U << 20U, 'x');
  std::thread sender([&] {
    try {
      while (true)
        client.send(flood);
    } catch (const boost::system::system_error&) {
      SUCCEED() << "it is not listened to any more";
    }
  });
  for (int tries = 0; tries < 1000 && channel_->connected(); ++tries) {
    channel_->resume();
    loop_.wait_until(std::chrono::steady_clock::now() + 10ms);
  }
  EXPECT_FALSE(channel_->connected());
  sender.join();
}

TEST_F(SideChannelTest, ItsFolderIsPrivateAndGoesWithIt) {
  const auto folder = channel_->folder();
  struct stat status {};
  ASSERT_EQ(::stat(folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  channel_.reset();
  EXPECT_NE(::stat(folder.c_str(), &status), 0);
}

}  // namespace
}  // namespace ibtest
