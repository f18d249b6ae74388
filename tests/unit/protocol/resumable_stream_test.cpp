#include "agent/protocol/resumable_stream.hpp"

#include <random>

#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

/// Moves at most `most` bytes of what one end has to say to the other.
void carry(ResumableStream& from, ResumableStream& to, std::string& read, std::size_t most) {
  const std::string bytes = from.take_outgoing(most);
  to.receive(std::string_view(bytes).substr(0, most), read);  // the rest is lost with the connection
}

TEST(ResumableStreamTest, CarriesBothDirections) {
  ResumableStream runner;
  ResumableStream agent;
  runner.send("start\n");
  agent.send("hello\n");
  std::string heard_by_agent;
  std::string heard_by_runner;
  agent.receive(runner.take_outgoing(1000), heard_by_agent);
  runner.receive(agent.take_outgoing(1000), heard_by_runner);
  EXPECT_EQ(heard_by_agent, "start\n");
  EXPECT_EQ(heard_by_runner, "hello\n");
  EXPECT_EQ(runner.take_outgoing(1000), "") << "small things need no acknowledgement of their own";
}

TEST(ResumableStreamTest, IsWholeAfterRandomCuts) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    ResumableStream runner;
    ResumableStream agent;
    std::string sent_by_agent;
    std::string sent_by_runner;
    std::string heard_by_runner;
    std::string heard_by_agent;
    const auto some_bytes = [&random] {
      std::string bytes(random() % 20'000, '\0');
      for (char& byte : bytes)
        byte = static_cast<char>(random());
      return bytes;
    };
    for (int cut = 0; cut < 30; ++cut) {
      const std::string more = some_bytes();
      agent.send(more);
      sent_by_agent += more;
      const std::string other = some_bytes();
      runner.send(other);
      sent_by_runner += other;
      carry(agent, runner, heard_by_runner, 1 + random() % 40'000);
      if (random() % 2 == 0) carry(runner, agent, heard_by_agent, 1 + random() % 40'000);
      ASSERT_TRUE(agent.resume(runner.received()));
      ASSERT_TRUE(runner.resume(agent.received()));
    }
    agent.finish();
    while (!runner.over() || heard_by_agent.size() < sent_by_runner.size()) {
      runner.receive(agent.take_outgoing(65'536), heard_by_runner);
      agent.receive(runner.take_outgoing(65'536), heard_by_agent);
    }
    EXPECT_TRUE(heard_by_runner == sent_by_agent);
    EXPECT_TRUE(heard_by_agent == sent_by_runner);
  }
}

TEST(ResumableStreamTest, KeepsOnlyWhatWasNotAcknowledged) {
  ResumableStream agent;
  ResumableStream runner;
  std::string heard;
  for (int i = 0; i < 100; ++i) {
    agent.send(std::string(50'000, 'x'));
    runner.receive(agent.take_outgoing(1 << 20), heard);
    std::string nothing;
    agent.receive(runner.take_outgoing(1 << 20), nothing);
    EXPECT_EQ(nothing, "");
    EXPECT_LT(agent.unacknowledged(), 200'000U);
  }
  EXPECT_EQ(heard.size(), 5'000'000U);
}

TEST(ResumableStreamTest, SaysTheEndAgainOverTheNextConnection) {
  ResumableStream agent;
  agent.send("bye\n");
  agent.finish();
  EXPECT_EQ(agent.take_outgoing(100), "data 4\nbye\nover\n");
  EXPECT_TRUE(agent.resume(4));
  EXPECT_EQ(agent.take_outgoing(100), "over\n");
}

TEST(ResumableStreamTest, RefusesAPlaceInAnotherConversation) {
  ResumableStream agent;
  agent.send("hello\n");
  EXPECT_FALSE(agent.resume(7));
  EXPECT_TRUE(agent.resume(6));
  EXPECT_FALSE(agent.resume(5)) << "that is not kept any more";
}

TEST(ResumableStreamTest, RefusesWhatIsNoFrame) {
  for (const std::string bytes : {"data\n", "data x\n", "data 99999999\n", "data -1\n", "seen 5\n", "over 1\n", "\n",
                                  "{\"event\":\"hello\"}\n", "seen 1 2\n"}) {
    ResumableStream agent;
    std::string payload;
    EXPECT_THROW(agent.receive(bytes, payload), Fault) << bytes;
  }
  ResumableStream agent;
  std::string payload;
  EXPECT_THROW(agent.receive(std::string(10'000, 'x'), payload), Fault);
}

TEST(ResumableStreamTest, GreetingsAreLines) {
  const ConnectionGreeting greeting{"12-ab", 17, 4};
  EXPECT_EQ(encode(greeting), "ibtest-conversation 1 12-ab 17 4\n");
  const auto read = decode_greeting("ibtest-conversation 1 12-ab 17 4");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->conversation, "12-ab");
  EXPECT_EQ(read->received, 17U);
  EXPECT_EQ(read->last_event, 4U);
  for (const std::string line :
       {"", "Welcome to this host", "ibtest-conversation 2 a 0 0", "ibtest-conversation 1 a 0",
        "ibtest-conversation 1 a b 0", "ibtest-conversation 1 a/b 0 0", "ibtest-conversation 1  0 0"})
    EXPECT_FALSE(decode_greeting(line)) << line;
}

}  // namespace
}  // namespace ibtest
