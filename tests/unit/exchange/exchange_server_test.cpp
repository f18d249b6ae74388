#include "runner/exchange/exchange_server.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using Kind = ExchangeFrame::Kind;
using namespace std::chrono_literals;

/// Does what the question says.
class Handler final : public ExchangeHandler {
 public:
  nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override {
    const auto what = text_in(question, "ask");
    if (what == "send") {
      for (std::size_t sent = 0; sent < question["bytes"].get<std::size_t>(); sent += piece.size()) {
        stream.send(piece);
        sent_ += piece.size();
      }
    } else if (what == "count") {
      std::size_t count = 0;
      while (auto bytes = stream.receive())
        count += bytes->size();
      return {{"count", count}};
    } else if (what == "wait") {
      while (!stream.cancelled())
        std::this_thread::sleep_for(1ms);
      ended_ = true;
      throw ExchangeCancelled{};
    } else {
      throw ExchangeFailure("unknown");
    }
    return {{"done", true}};
  }

  const std::string piece = std::string(exchange_piece, 'x');
  std::atomic<std::size_t> sent_ = 0;
  std::atomic<bool> ended_ = false;
};

class ExchangeServerTest : public testing::Test {
 protected:
  /// The next line for the agent.
  ExchangeFrame next() {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (lines_.empty() && std::chrono::steady_clock::now() < end)
      loop_.wait_until(std::chrono::steady_clock::now() + 10ms);
    if (lines_.empty()) throw std::runtime_error("no line");
    auto frame = decode_exchange_frame(lines_.front());
    lines_.erase(lines_.begin());
    return frame;
  }
  /// What the agent says.
  void hear(const ExchangeFrame& frame) { server_.received(encode(frame)); }
  void ask(nlohmann::json question) { hear({.exchange = 7, .kind = Kind::ask, .content = std::move(question)}); }

  ProcessLoop loop_;
  Handler handler_;
  std::vector<std::string> lines_;
  ExchangeServer server_{loop_, handler_, [this](std::string line, const SendShare& /*sent at once*/) {
                           lines_.push_back(std::move(line));
                         }};
};

TEST_F(ExchangeServerTest, SendsNoMoreThanTheAgentAsksFor_EMU_16) {
  const std::size_t size = exchange_window * std::size_t{3};
  ask({{"ask", "send"}, {"bytes", size}});
  for (std::size_t taken = 0; taken < size;) {
    EXPECT_EQ(next().bytes.size(), exchange_piece);
    // One piece more may have been handed over, and waits.
    EXPECT_LE(handler_.sent_, (taken / exchange_window + 1) * exchange_window + exchange_piece);
    taken += exchange_piece;
    if (taken % exchange_window == 0) {
      std::this_thread::sleep_for(10ms);
      EXPECT_TRUE(lines_.empty()) << "it waits to be asked for more";
      hear({.exchange = 7, .kind = Kind::more, .count = exchange_window});
    }
  }
  EXPECT_EQ(next().content, nlohmann::json({{"done", true}}));
}

TEST_F(ExchangeServerTest, TakesBytesAndAsksForMore_EMU_16) {
  ask({{"ask", "count"}});
  for (std::uint64_t sent = 0; sent < exchange_window; sent += exchange_piece)
    hear({.exchange = 7, .kind = Kind::data, .bytes = handler_.piece});
  EXPECT_EQ(next().count, exchange_window / 2);
  EXPECT_EQ(next().count, exchange_window / 2);
  hear({.exchange = 7, .kind = Kind::data, .bytes = "abc"});
  hear({.exchange = 7, .kind = Kind::end});
  EXPECT_EQ(next().content, nlohmann::json({{"count", exchange_window + 3}}));
}

TEST_F(ExchangeServerTest, SaysWhyThereIsNoAnswer) {
  ask({{"ask", "what?"}});
  const auto end = next();
  EXPECT_EQ(end.exchange, 7U);
  EXPECT_EQ(end.content, nlohmann::json({{"error", "unknown"}}));
}

TEST_F(ExchangeServerTest, EndsWhatTheAgentDoesNotWantAnyMore) {
  ask({{"ask", "wait"}});
  hear({.exchange = 7, .kind = Kind::cancel});
  EXPECT_EQ(next().content, nlohmann::json({{"error", "cancelled"}}));
  EXPECT_TRUE(handler_.ended_);
}

TEST_F(ExchangeServerTest, CancelsAnAgentThatSendsMoreThanItMay) {
  ask({{"ask", "wait"}});
  for (std::uint64_t sent = 0; sent <= exchange_window; sent += exchange_piece)
    hear({.exchange = 7, .kind = Kind::data, .bytes = handler_.piece});
  EXPECT_EQ(next().content, nlohmann::json({{"error", "cancelled"}}));
}

TEST_F(ExchangeServerTest, RefusesToAnswerALotAtOnce) {
  const auto ask_again_and_again = [this] {
    for (std::uint64_t number = 1; number < 1000; ++number)
      hear({.exchange = number, .kind = Kind::ask, .content = {{"ask", "wait"}}});
  };
  EXPECT_THROW(ask_again_and_again(), Fault);
}

// Each may be cancelled at once, and answered with a word.
TEST_F(ExchangeServerTest, RefusesToAnswerALotThatIsNotCancelled) {
  const auto ask_again_and_again = [this] {
    for (std::uint64_t number = 1; number < 10; ++number)
      hear({.exchange = number, .kind = Kind::ask, .content = {{"ask", "count"}}});
  };
  EXPECT_THROW(ask_again_and_again(), Fault);
}

TEST_F(ExchangeServerTest, RefusesQuestionsOfManyMebibytes) {
  EXPECT_THROW(ask({{"ask", std::string(2U << 20U, 'x')}}), Fault);
}

TEST_F(ExchangeServerTest, EndsEverythingAtOnce) {
  ask({{"ask", "wait"}});
  server_.cancel_all();
  EXPECT_TRUE(handler_.ended_);
}

}  // namespace
}  // namespace ibtest
