#include "runner/ssh/terminal_question.hpp"

#include <array>
#include <fcntl.h>
#include <memory>
#include <termios.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t longest_secret = 4096;

/// A terminal that does not show what is typed, until the value goes.
class SilentTerminal {
 public:
  explicit SilentTerminal(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK);
    silent.c_lflag |= ECHONL | ICANON | ISIG;
    changed_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool is_silent() const { return changed_; }

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

}  // namespace

std::optional<std::string> ask_for_secret(ProcessLoop& loop, const std::string& question) {
  const int terminal = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) return std::nullopt;
  const auto stream = std::make_shared<asio::posix::stream_descriptor>(loop.context(), terminal);
  const SilentTerminal silent(terminal);
  if (!silent.is_silent() || write_all(terminal, question) != 0) return std::nullopt;
  struct Reading {
    std::array<char, longest_secret> bytes{};
    std::size_t size = 0;
    bool done = false;
  };
  const auto reading = std::make_shared<Reading>();
  stream->async_read_some(asio::buffer(reading->bytes), [reading, stream](const error_code& error, std::size_t size) {
    reading->size = error ? 0 : size;
    reading->done = true;
  });
  while (!reading->done && loop.interrupts() == 0)
    loop.context().run_one();
  if (!reading->done) {
    static_cast<void>(write_all(terminal, "\n"));
    error_code ignored;
    stream->cancel(ignored);
    throw Interrupted{};
  }
  // A line comes whole; without line break the user has ended the input.
  std::string text(reading->bytes.data(), reading->size);
  if (text.empty() || text.back() != '\n') return std::nullopt;
  text.pop_back();
  return text;
}

}  // namespace ibtest
