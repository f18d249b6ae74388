#include "agent/protocol/execution_id.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <random>

#include <fmt/format.h>

namespace ibtest {

namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

struct SplitTime {
  std::time_t seconds = 0;
  std::int64_t nanoseconds = 0;  // always 0 to 999999999, before 1970 too
};

SplitTime split(std::int64_t time_ns) {
  auto seconds = time_ns / nanoseconds_per_second;
  auto rest = time_ns % nanoseconds_per_second;
  if (rest < 0) {
    rest += nanoseconds_per_second;
    --seconds;
  }
  return {static_cast<std::time_t>(seconds), rest};
}

std::tm utc(std::time_t seconds) {
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

std::string date_and_time(const std::tm& parts, char separator, char between_times) {
  return fmt::format("{:04}-{:02}-{:02}{}{:02}{}{:02}{}{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     separator, parts.tm_hour, between_times, parts.tm_min, between_times, parts.tm_sec);
}

}  // namespace

std::string make_execution_id() {
  // 100 ns intervals from 1582-10-15 to 1970-01-01 (RFC 9562, 5.1).
  constexpr std::uint64_t gregorian_offset = 0x01B21DD213814000ULL;
  const std::uint64_t ticks = static_cast<std::uint64_t>(current_time_ns()) / 100U + gregorian_offset;

  // Clock sequence and node are random: two runs started in one tick, or on cloned machines, stay apart. The multicast
  // bit marks a node that is no network address.
  std::random_device random;
  const auto clock_sequence = static_cast<std::uint32_t>(random() & 0x3FFFU) | 0x8000U;
  const std::uint64_t node =
      (((static_cast<std::uint64_t>(random()) << 32U) | random()) & 0xFFFFFFFFFFFFULL) | 0x010000000000ULL;
  return fmt::format("{:08x}-{:04x}-1{:03x}-{:04x}-{:012x}", ticks & 0xFFFFFFFFU, (ticks >> 32U) & 0xFFFFU,
                     (ticks >> 48U) & 0xFFFU, clock_sequence, node);
}

std::string make_random_uuid() {
  std::random_device random;
  const auto third = (random() & 0x0FFFU) | 0x4000U;
  const auto fourth = (random() & 0x3FFFU) | 0x8000U;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:08x}{:04x}", static_cast<std::uint32_t>(random()),
                     random() & 0xFFFFU, third, fourth, static_cast<std::uint32_t>(random()), random() & 0xFFFFU);
}

std::string format_time_ns(std::int64_t time_ns) {
  const auto time = split(time_ns);
  return fmt::format("{}.{:09}Z", date_and_time(utc(time.seconds), 'T', ':'), time.nanoseconds);
}

std::string format_time_seconds(std::int64_t time_ns) {
  const auto time = split(time_ns);
  std::tm parts{};
  localtime_r(&time.seconds, &parts);
  const auto text = date_and_time(parts, 'T', ':');
  if (parts.tm_gmtoff == 0) return text + "Z";
  const auto minutes = (parts.tm_gmtoff < 0 ? -parts.tm_gmtoff : parts.tm_gmtoff) / 60;
  return fmt::format("{}{}{:02}:{:02}", text, parts.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string format_time_folder(std::int64_t time_ns) {
  return date_and_time(utc(split(time_ns).seconds), '_', '-');
}

std::int64_t current_time_ns() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace ibtest
