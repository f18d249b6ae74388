#pragma once

#include <cstdint>

#include <boost/asio/steady_timer.hpp>

#include "runner/report/console.hpp"
#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

/// The clock of consoles, in milliseconds.
[[nodiscard]] std::int64_t steady_milliseconds();

/// Redraws the console some twelve times a second for as long as it lives, while the loop waits for something.
class ConsoleTimer {
 public:
  ConsoleTimer(ProcessLoop& loop, Console& console);
  ConsoleTimer(const ConsoleTimer&) = delete;
  ConsoleTimer& operator=(const ConsoleTimer&) = delete;
  ~ConsoleTimer() = default;

 private:
  void arm();

  Console& console_;
  boost::asio::steady_timer timer_;
};

}  // namespace ibtest
