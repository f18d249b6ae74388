// Sessions: agents that belong to no connection (`ibtest-agent attach`).
#include <chrono>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sys/file.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "agent/protocol/resumable_stream.hpp"
#include "agent/protocol/session_lines.hpp"
#include "tests/agent/agent_program.hpp"

namespace ibtest::test {
namespace {

using testing::StartsWith;

/// Starts a session, greets it and tells it to end.
class ShortSession {
 public:
  explicit ShortSession(const std::filesystem::path& folder)
      : folder_(folder),
        agent_({"sh", "-c", R"({ printf %s "$1"; cat; } | exec "$0" attach --start --owner test "$2")", agent_path(),
                words(), folder.string()}) {}

  /// The next line that it says; empty at the end.
  std::string line() {
    std::string text;
    for (char letter = 0; ::read(agent_.output(), &letter, 1) == 1 && letter != '\n';)
      text += letter;
    return text;
  }
  /// Says to the end that it is one.
  void expect_begun(const std::string& first) {
    EXPECT_THAT(first, StartsWith("ibtest-conversation 1 test 0"));
    agent_.close_input();
    agent_.wait();
    // Held by the agent to its end.
    const FileDescriptor lock(::open((folder_.parent_path() / "lock").c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_EQ(::flock(lock.get(), LOCK_EX), 0);
    EXPECT_FALSE(std::filesystem::exists(folder_));
  }
  void expect_begun() { expect_begun(line()); }

 private:
  static std::string words() {
    const std::string release = encode(Command{Release{}}) + "\n";
    return encode(ConnectionGreeting{"test", 0, 0}) + "data " + std::to_string(release.size()) + "\n" + release;
  }

  std::filesystem::path folder_;
  AgentProgram agent_;
};

class ReservationTest : public testing::Test {
 protected:
  /// Milliseconds since this machine was started.
  static std::int64_t now() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return time.tv_sec * std::int64_t{1000} + time.tv_nsec / 1'000'000;
  }
  static std::string this_boot() {
    std::string id;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), id);
    return id;
  }
  void reserve(const std::string& text) const { std::ofstream(file_) << text; }
  void reserve(const std::string& run, const std::string& boot, std::int64_t made) const {
    reserve(run + "\n" + boot + "\n" + std::to_string(made) + "\n");
  }

  static constexpr std::int64_t longest = 600'000;
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "reserved";
  const std::filesystem::path session_ = folder_ / "this-run";
};

TEST_F(ReservationTest, OfAnotherRunIsWaitedFor) {
  reserve("other", this_boot(), now());
  // The clock of the day plays no part.
  std::filesystem::last_write_time(file_, std::filesystem::file_time_type::clock::now() - std::chrono::hours(24));
  ShortSession session(session_);
  EXPECT_EQ(session.line(), std::string(host_busy_prefix) + "a run that reboots the host");
  std::filesystem::remove(file_);
  session.expect_begun();
}

TEST_F(ReservationTest, EndsByItself) {
  constexpr std::int64_t left = 500;
  reserve("other", this_boot(), now() - longest + left);
  const auto start = std::chrono::steady_clock::now();
  ShortSession session(session_);
  EXPECT_EQ(session.line(), std::string(host_busy_prefix) + "a run that reboots the host");
  session.expect_begun();
  EXPECT_GT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(left / 2));
  EXPECT_FALSE(std::filesystem::exists(file_));
}

// Those that are over or this run's own, and what no agent writes: none may block a host for ever.
TEST_F(ReservationTest, DoesNotCountOtherwise) {
  const std::string boot = this_boot();
  reserve("other", boot, now() + 1'000'000'000);
  ShortSession(session_).expect_begun();
  reserve("this-run", boot, now());
  ShortSession(session_).expect_begun();
  reserve("other", boot, now() - longest);
  ShortSession(session_).expect_begun();
  EXPECT_FALSE(std::filesystem::exists(file_));
  for (const std::string text : {"", "other", "other\n", "other\nboot", "other\nboot\nsoon\n", "other\nboot\n-5\n",
                                 "other\nboot\n99999999999999999999\n"}) {
    reserve(text);
    std::filesystem::last_write_time(file_, std::filesystem::file_time_type::clock::now() + std::chrono::hours(24));
    ShortSession(session_).expect_begun();
  }
}

// A boot that came after it has ten minutes to let the run come back.
TEST_F(ReservationTest, LastsIntoTheNextBoot) {
  reserve("other", "00000000-0000-0000-0000-000000000000", 99'000'000);
  ShortSession session(session_);
  std::string line = session.line();
  if (now() < longest) {  // this machine was just started
    EXPECT_THAT(line, StartsWith(host_busy_prefix));
    std::filesystem::remove(file_);
    line = session.line();
  }
  session.expect_begun(line);
}

}  // namespace
}  // namespace ibtest::test
