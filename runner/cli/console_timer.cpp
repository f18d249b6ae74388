#include "runner/cli/console_timer.hpp"

#include <chrono>

#include <boost/asio/io_context.hpp>

namespace ibtest {

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
