#include "runner/ssh/ssh_session.hpp"

#include <algorithm>
#include <array>
#include <libssh2.h>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

#include "runner/ssh/ssh_channel.hpp"

namespace ibtest {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// A type of key, and the algorithms that sign with it. RSA with SHA-1 is refused, as ssh does.
struct KeyAlgorithms {
  std::string_view type;
  std::string_view algorithms;
};

constexpr std::array<KeyAlgorithms, 5> host_key_algorithms = {{
    {"ssh-ed25519", "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"ssh-rsa", "rsa-sha2-512,rsa-sha2-256"},
}};

std::string preferred_algorithms(const std::vector<std::string>& types) {
  std::string known;
  std::string others;
  for (const auto& [type, algorithms] : host_key_algorithms) {
    std::string& list = std::ranges::count(types, type) > 0 ? known : others;
    list += (list.empty() ? "" : ",") + std::string(algorithms);
  }
  if (known.empty() || others.empty()) return known + others;
  return known + "," + others;
}

/// In seconds; libssh2 knows no shorter one.
constexpr int shortest_alive_interval = 2;

/// libssh2 counts those who use it.
void initialise() {
  static const int result = libssh2_init(0);
  if (result != 0) throw Fault(ExitStatus::target_failed, fmt::format("libssh2 cannot be used (error {})", result));
}

}  // namespace

/// Shared with the handlers, which may come after the session has gone.
struct SshSession::Waiting {
  Waiting(asio::io_context& context, int socket) : descriptor(context, socket) {}
  asio::posix::stream_descriptor descriptor;
  bool for_reading = false;
  bool for_writing = false;
  bool heard = false;  ///< something has come
};

SshSession::SshSession(ProcessLoop& loop, const SshSettings& settings, const std::filesystem::path& configuration,
                       const std::vector<std::string>& key_types)
    : settings_(settings),
      loop_(loop),
      transport_(loop, settings, configuration),
      waiting_(std::make_shared<Waiting>(loop.context(), transport_.socket())) {
  try {
    initialise();
    session_ = libssh2_session_init_ex(nullptr, nullptr, nullptr, nullptr);
    if (session_ == nullptr) throw Fault(ExitStatus::target_failed, "there is no memory for an SSH session");
    hand_shake(key_types);
  } catch (...) {
    close();
    throw;
  }
}

SshSession::~SshSession() {
  close();
}

void SshSession::close() noexcept {
  if (session_ != nullptr) {
    static_cast<void>(libssh2_session_disconnect(session_, "done"));
    // What would still wait for the other side fails from now on.
    ::shutdown(transport_.socket(), SHUT_RDWR);
    constexpr int most_attempts = 1000;
    for (int i = 0; i < most_attempts && libssh2_session_free(session_) == LIBSSH2_ERROR_EAGAIN; ++i) {
    }
    session_ = nullptr;
  }
  if (waiting_) {
    error_code ignored;
    waiting_->descriptor.cancel(ignored);
    waiting_->descriptor.release();  // the transport closes it
  }
}

void SshSession::hand_shake(const std::vector<std::string>& key_types) {
  libssh2_session_set_blocking(session_, 0);
  const std::string algorithms = preferred_algorithms(key_types);
  libssh2_session_method_pref(session_, LIBSSH2_METHOD_HOSTKEY, algorithms.c_str());
  const std::string doing = fmt::format("talking SSH to {}, port {}", settings_.host, settings_.port);
  int result = 0;
  try {
    result = complete(within(settings_.connect_timeout),
                      [&] { return libssh2_session_handshake(session_, transport_.socket()); });
  } catch (const Fault& late) {
    const std::string complaint = transport_.complaint();
    throw Fault(late.status(), fmt::format("{}: {}", doing, complaint.empty() ? late.message() : complaint),
                "Is there an SSH server at this port?");
  }
  if (result == 0) return;
  const std::string complaint = transport_.complaint();
  if (!complaint.empty()) throw Fault(ExitStatus::target_failed, doing + ": the proxy says: " + complaint);
  throw Fault(ExitStatus::target_failed, fmt::format("{}: {}", doing, last_error()),
              result == LIBSSH2_ERROR_KEX_FAILURE || result == LIBSSH2_ERROR_METHOD_NONE
                  ? "The host's SSH server offers none of the algorithms that are safe today."
                  : "Is there an SSH server at this port?");
}

SshSession::Patience SshSession::within(std::chrono::milliseconds time, int interrupts_needed) {
  return {Clock::now() + time, interrupts_needed};
}

bool SshSession::would_block(std::int64_t result) const {
  return result == LIBSSH2_ERROR_EAGAIN;
}

bool SshSession::would_block(const void* result) const {
  return result == nullptr && libssh2_session_last_errno(session_) == LIBSSH2_ERROR_EAGAIN;
}

bool SshSession::sends_in_part() const {
  return (libssh2_session_block_directions(session_) & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0;
}

void SshSession::settle(const Patience& patience) {
  while (unfinished_ != nullptr) {
    static_cast<void>(unfinished_->exchange());
    if (unfinished_ != nullptr) wait(patience);
  }
}

void SshSession::wait(const Patience& patience) {
  if (patience.interrupts_needed > 0 && loop_.interrupts() >= patience.interrupts_needed) throw Interrupted{};
  if (Clock::now() >= patience.deadline)
    throw Fault(ExitStatus::target_failed, "the host " + settings_.host + " has not answered in time");
  wait_until(patience.deadline);
}

void SshSession::wait_until(Clock::time_point time) {
  const int directions = libssh2_session_block_directions(session_);
  if (!waiting_->for_reading) {
    waiting_->for_reading = true;
    waiting_->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                    [waiting = waiting_](const error_code& error) {
                                      waiting->for_reading = false;
                                      waiting->heard = !error;
                                    });
  }
  if ((directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0 && !waiting_->for_writing) {
    waiting_->for_writing = true;
    waiting_->descriptor.async_wait(asio::posix::stream_descriptor::wait_write,
                                    [waiting = waiting_](const error_code&) { waiting->for_writing = false; });
  }
  if (watched_) time = std::min(time, next_question_);
  if (time == Clock::time_point::max()) {
    loop_.context().run_one();
  } else {
    loop_.wait_until(time);
  }
  if (!watched_) return;
  if (std::exchange(waiting_->heard, false)) {
    questions_ = 0;
    next_question_ = Clock::now() + settings_.alive_interval;
  } else if (Clock::now() >= next_question_) {
    ask_for_life();
  }
}

void SshSession::keep_alive() {
  libssh2_keepalive_config(session_, 1, shortest_alive_interval);
  watched_ = true;
  next_question_ = Clock::now() + settings_.alive_interval;
}

void SshSession::hang_up() {
  watched_ = false;
  ::shutdown(transport_.socket(), SHUT_RDWR);  // whoever reads or writes finds it broken
}

void SshSession::ask_for_life() {
  // On a busy machine it may be us who were late: what has come waits to be read.
  pollfd socket{.fd = transport_.socket(), .events = POLLIN, .revents = 0};
  if (::poll(&socket, 1, 0) > 0) {
    questions_ = 0;
    next_question_ = Clock::now() + settings_.alive_interval;
    return;
  }
  if (questions_ == settings_.alive_count) {
    death_ = fmt::format("the host has given no sign of life for {} s",
                         settings_.alive_interval.count() * (settings_.alive_count + 1));
    hang_up();
    return;
  }
  const auto now = Clock::now();
  // A packet that is on its way asks as well.
  if (unfinished_ == nullptr) {
    int next = 0;
    const int result = libssh2_keepalive_send(session_, &next);
    // It counts whole seconds of the clock on the wall, and sends nothing when that has been set back.
    if (result == 0 && next != shortest_alive_interval) {
      next_question_ = now + 1s;
      return;
    }
  }
  ++questions_;
  next_question_ = now + settings_.alive_interval;
}

std::string SshSession::last_error() {
  if (!death_.empty()) return death_;
  char* text = nullptr;
  int size = 0;
  const int number = libssh2_session_last_error(session_, &text, &size, 0);
  if (number == 0 || text == nullptr || size == 0) return fmt::format("error {}", number);
  return {text, static_cast<std::size_t>(size)};
}

Fault SshSession::fault(const std::string& doing) {
  // The host may refuse a channel or a command, and the connection still holds; it does not after any other error.
  const int number = libssh2_session_last_errno(session_);
  if (number != LIBSSH2_ERROR_CHANNEL_FAILURE && number != LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) open_ = false;
  return {ExitStatus::target_failed, fmt::format("{}: {}", doing, last_error())};
}

std::string SshSession::host_key() const {
  std::size_t size = 0;
  int type = 0;
  const char* const key = libssh2_session_hostkey(session_, &size, &type);
  return key == nullptr ? std::string() : std::string(key, size);
}

ProcessLoop& SshSession::loop() {
  return loop_;
}

}  // namespace ibtest
