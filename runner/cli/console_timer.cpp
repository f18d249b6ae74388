#include "runner/cli/console_timer.hpp"

#include <chrono>

#include <boost/asio/io_context.hpp>

namespace ibtest {

std::int64_t steady_milliseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

ConsoleTimer::ConsoleTimer(ProcessLoop& loop, Console& console) : console_(console), timer_(loop.context()) {
  arm();
}

void ConsoleTimer::arm() {
  timer_.expires_after(std::chrono::milliseconds(80));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // the timer is gone, and so is `this`
    console_.tick();
    arm();
  });
}

}  // namespace ibtest
