#include "agent/protocol/execution_id.hpp"

#include <cstdlib>
#include <ctime>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

/// Sets the zone of the process for the time of a test.
class Zone {
 public:
  explicit Zone(const char* name) {
    if (const char* old = std::getenv("TZ"); old != nullptr) old_ = old;
    setenv("TZ", name, 1);
    tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
  ~Zone() {
    if (old_) {
      setenv("TZ", old_->c_str(), 1);
    } else {
      unsetenv("TZ");
    }
    tzset();
  }

 private:
  std::optional<std::string> old_;
};

TEST(ExecutionId, IsALowerCaseUuidOfVersionOne_LOG_2) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const auto id = make_execution_id();
    EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(ExecutionId, HoldsTheTime) {
  const auto id = make_execution_id();
  const auto ticks = std::stoull(id.substr(15, 3) + id.substr(9, 4) + id.substr(0, 8), nullptr, 16);
  const auto now = static_cast<std::uint64_t>(current_time_ns()) / 100U + 0x01B21DD213814000ULL;
  EXPECT_LE(ticks, now);
  EXPECT_GT(ticks + 600'000'000, now);  // within a minute
}

constexpr std::int64_t sample_time = 1653485642301234567;  // 2022-05-25 13:34:02.301234567 UTC

TEST(Times, AreInUtcWithNineDigits) {
  EXPECT_EQ(format_time_ns(sample_time), "2022-05-25T13:34:02.301234567Z");
  EXPECT_EQ(format_time_ns(5), "1970-01-01T00:00:00.000000005Z");
  EXPECT_EQ(format_time_ns(-1), "1969-12-31T23:59:59.999999999Z");
}

TEST(Times, NameFoldersInUtc_LOG_1) {
  const Zone zone("EST+5");
  EXPECT_EQ(format_time_folder(sample_time), "2022-05-25_13-34-02");
}

TEST(Times, AreLocalWholeSecondsInResultFiles_LOG_15) {
  {
    const Zone zone("UTC0");
    EXPECT_EQ(format_time_seconds(sample_time), "2022-05-25T13:34:02Z");
  }
  {
    const Zone zone("PDT+7");
    EXPECT_EQ(format_time_seconds(sample_time), "2022-05-25T06:34:02-07:00");
  }
  {
    const Zone zone("IST-5:30");
    EXPECT_EQ(format_time_seconds(sample_time), "2022-05-25T19:04:02+05:30");
  }
}

TEST(Fault, SaysTheOuterActionFirst) {
  const Fault inner(ExitStatus::target_failed, "no such image", "pull it");
  const auto outer = inner.while_doing("starting the container");
  EXPECT_STREQ(outer.what(), "starting the container: no such image");
  EXPECT_EQ(outer.remedy(), "pull it");
  EXPECT_EQ(outer.status(), ExitStatus::target_failed);
  EXPECT_EQ(system_error_text("opening /x", ENOENT), "opening /x: No such file or directory");
}

}  // namespace
}  // namespace ibtest
