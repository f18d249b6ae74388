#include "agent/engine/event_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <gmock/gmock.h>

#include "agent/engine/spawn.hpp"
#include "tests/unit/engine/process_fixture.hpp"

namespace ibtest::test {
namespace {

using testing::HasSubstr;

class EventLogTest : public testing::Test {
 protected:
  void say(EventLog& log, std::string text, LogLevel level = LogLevel::console) {
    log.consume(Event{.sequence = ++sequence, .time_ns = 1, .body = LogLine{level, std::move(text)}});
  }
  void drain(EventLog& log) {
    while (!log.drained())
      loop.run_one();
  }
  /// Reads the pipe to its end in a thread, so that writer and reader run at their own pace.
  std::string read_all_while(const std::function<void()>& write) {
    std::string text;
    std::thread reader([&] {
      std::string block(8192, '\0');
      ssize_t size = 0;
      while ((size = ::read(pipe.read_end.get(), block.data(), block.size())) > 0) {
        text.append(block, 0, static_cast<std::size_t>(size));
      }
    });
    write();
    pipe.write_end = FileDescriptor();
    reader.join();
    return text;
  }
  void expect_complete(const std::string& lines) {
    std::uint64_t expected = 0;
    std::size_t start = 0;
    for (std::size_t end = 0; (end = lines.find('\n', start)) != std::string::npos; start = end + 1) {
      ASSERT_EQ(decode_event(std::string_view(lines).substr(start, end - start)).sequence, ++expected);
    }
    EXPECT_EQ(start, lines.size());
    EXPECT_EQ(expected, sequence);
  }

  TemporaryFolder folder;
  boost::asio::io_context loop{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{loop.get_executor()};
  Pipe pipe = make_pipe();
  std::uint64_t sequence = 0;
};

TEST_F(EventLogTest, WritesToTheFileWhatItSends) {
  const std::string sent = read_all_while([this] {
    EventLog log(loop, pipe.write_end.get());
    say(log, "hello");
    log.open(folder / "events.jsonl");
    say(log, "one");
    say(log, "two");
    drain(log);
  });
  expect_complete(sent);
  EXPECT_THAT(sent, HasSubstr(read_file(folder / "events.jsonl")));
  EXPECT_THAT(read_file(folder / "events.jsonl"), HasSubstr("two"));
}

TEST_F(EventLogTest, KeepsDebugLinesInTheTarget) {
  const std::string sent = read_all_while([this] {
    EventLog log(loop, pipe.write_end.get());
    log.consume(Event{.sequence = 0, .time_ns = 1, .body = LogLine{LogLevel::debug, "secret of the house"}});
    say(log, "public");
    drain(log);
  });
  expect_complete(sent);
}

TEST_F(EventLogTest, NothingIsLostOrReorderedWhenTheReaderComesLate) {
  EventLog log(loop, pipe.write_end.get());
  log.open(folder / "events.jsonl");
  // Far more than a pipe holds, with nobody reading: none of it waits in memory.
  for (int line = 0; line < 4'000; ++line) {
    say(log, std::string(1000, 'x'));
    loop.poll();
    ASSERT_TRUE(log.accepts_output());
  }
  EXPECT_FALSE(log.drained());
  const std::string sent = read_all_while([&] {
    say(log, "while it is read");
    drain(log);
  });
  expect_complete(sent);
  EXPECT_EQ(sent, read_file(folder / "events.jsonl"));
}

TEST_F(EventLogTest, GoesOnWritingWhenTheReaderIsGone) {
  std::signal(SIGPIPE, SIG_IGN);
  EventLog log(loop, pipe.write_end.get());
  log.open(folder / "events.jsonl");
  pipe.read_end = FileDescriptor();
  for (int line = 0; line < 100; ++line) {
    say(log, "line");
    log.flush();
  }
  EXPECT_TRUE(log.drained());
  EXPECT_TRUE(log.reader_gone());
  expect_complete(read_file(folder / "events.jsonl"));
}

TEST_F(EventLogTest, SendsFromMemoryWhenTheFileCannotBeWritten) {
  const std::string sent = read_all_while([this] {
    EventLog log(loop, pipe.write_end.get());
    log.open("/dev/full");
    bool accepting_again = false;
    for (int line = 0; line < 5'000; ++line) {
      say(log, std::string(1000, 'x'));
      if (log.accepts_output()) continue;
      log.when_accepting([&] { accepting_again = true; });
      accepting_again = false;
      while (!accepting_again)
        loop.run_one();
    }
    drain(log);
    EXPECT_THAT(log.write_error(), HasSubstr("/dev/full: No space left on device"));
  });
  expect_complete(sent);
}

TEST_F(EventLogTest, AsksForPatienceWhenMemoryFillsUp) {
  EventLog log(loop, pipe.write_end.get());
  log.open(folder / "missing" / "events.jsonl");
  EXPECT_THAT(log.write_error(), HasSubstr("No such file or directory"));
  std::size_t written = 0;
  while (log.accepts_output() && written < (8U << 20U)) {
    say(log, std::string(10'000, 'x'));
    log.flush();
    written += 10'000;
  }
  EXPECT_LT(written, 2U << 20U);
}

TEST_F(EventLogTest, WritesToAFileAsStandardOutput) {
  const FileDescriptor file(::open((folder / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  {
    EventLog log(loop, file.get());
    say(log, "line");
    drain(log);
  }
  expect_complete(read_file(folder / "out"));
  EXPECT_EQ(::fcntl(file.get(), F_GETFL) & O_NONBLOCK, 0);
}

}  // namespace
}  // namespace ibtest::test
