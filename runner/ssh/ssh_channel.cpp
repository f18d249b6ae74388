#include "runner/ssh/ssh_channel.hpp"

#include <algorithm>
#include <array>
#include <libssh2.h>
#include <utility>

#include <fmt/format.h>

#include "runner/subprocess/line_splitter.hpp"

namespace ibtest {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t received_limit = 1U << 20U;
constexpr std::size_t piece = 64U << 10U;
constexpr std::size_t queue_limit = 1U << 20U;
constexpr std::size_t output_limit = 16U << 20U;
constexpr std::size_t errors_limit = 64U << 10U;
constexpr auto open_limit = 30s;
constexpr auto close_limit = 2s;
constexpr auto exit_limit = 10s;
constexpr int killed_by_signal = 128;

}  // namespace

SshChannel::SshChannel(std::shared_ptr<SshSession> session, int interrupts_needed) : session_(std::move(session)) {
  const auto patience = SshSession::within(open_limit, interrupts_needed);
  constexpr std::string_view type = "session";
  channel_ = session_->complete(patience, [&] {
    return libssh2_channel_open_ex(session_->handle(), type.data(), static_cast<unsigned int>(type.size()),
                                   LIBSSH2_CHANNEL_WINDOW_DEFAULT, LIBSSH2_CHANNEL_PACKET_DEFAULT, nullptr, 0);
  });
  if (channel_ == nullptr) throw session_->fault("opening a session on " + session_->settings().host);
}

SshChannel::~SshChannel() {
  if (channel_ == nullptr) return;
  try {
    const int result =
        session_->complete(SshSession::within(close_limit, 2), [&] { return libssh2_channel_free(channel_); });
    static_cast<void>(result);
  } catch (...) {  // NOLINT(bugprone-empty-catch): freed with the session
  }
  if (session_->unfinished_ == this) session_->unfinished_ = nullptr;
}

void SshChannel::execute(std::string command) {
  command_ = std::move(command);
  requested_ = false;
  static_cast<void>(exchange());
}

void SshChannel::write(std::string_view bytes) {
  if (close_after_queue_) return;
  if (sent_ >= received_limit || sent_ == queue_.size()) {
    queue_.erase(0, sent_);
    sent_ = 0;
  }
  queue_.append(bytes);
}

void SshChannel::close_input() {
  close_after_queue_ = true;
}

void SshChannel::fail() {
  broken_ = session_->last_error();
  ended_ = true;
  session_->open_ = false;
  note_unfinished(Part::none);
}

void SshChannel::note_unfinished(Part part) {
  unfinished_ = part;
  if (part != Part::none) {
    session_->unfinished_ = this;
  } else if (session_->unfinished_ == this) {
    session_->unfinished_ = nullptr;
  }
}

bool SshChannel::exchange() {
  if (session_->unfinished_ != nullptr && session_->unfinished_ != this) {
    static_cast<void>(session_->unfinished_->exchange());
    if (session_->unfinished_ != nullptr) return false;
  }
  if (ended_) return false;
  bool moved = false;
  const Part only = unfinished_;
  const auto may = [&](Part part) {
    return !ended_ && (only == part || (only == Part::none && unfinished_ == Part::none));
  };
  if (!requested_ && may(Part::command)) moved = request();
  if (may(Part::output)) moved = receive(0, output_, Part::output) || moved;
  if (may(Part::errors)) moved = receive(SSH_EXTENDED_DATA_STDERR, errors_, Part::errors) || moved;
  if (may(Part::input)) moved = send() || moved;
  if (!ended_ && unfinished_ == Part::none && libssh2_channel_eof(channel_) == 1) {
    ended_ = true;
    moved = true;
  }
  return moved;
}

bool SshChannel::request() {
  constexpr std::string_view type = "exec";
  const int result = libssh2_channel_process_startup(channel_, type.data(), static_cast<unsigned int>(type.size()),
                                                     command_.data(), static_cast<unsigned int>(command_.size()));
  if (result == LIBSSH2_ERROR_EAGAIN) {  // not sent, or not answered
    note_unfinished(session_->sends_in_part() ? Part::command : Part::none);
    return false;
  }
  note_unfinished(Part::none);
  requested_ = true;
  if (result == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED)
    throw session_->fault(fmt::format("the host {} runs no commands", session_->settings().host));
  if (result != 0) fail();
  return true;
}

bool SshChannel::receive(int stream, std::string& into, Part part) {
  if (into.size() >= received_limit && unfinished_ != part) return false;
  std::array<char, piece> buffer;
  const auto size = libssh2_channel_read_ex(channel_, stream, buffer.data(), buffer.size());
  if (size == LIBSSH2_ERROR_EAGAIN) {
    note_unfinished(session_->sends_in_part() ? part : Part::none);
    return false;
  }
  note_unfinished(Part::none);
  if (size < 0) {
    fail();
    return true;
  }
  into.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0;
}

bool SshChannel::send() {
  if (input_closed_) return false;
  if (unsent() == 0) {
    if (!close_after_queue_) return false;
    const int result = libssh2_channel_send_eof(channel_);
    if (result == LIBSSH2_ERROR_EAGAIN) {
      note_unfinished(session_->sends_in_part() ? Part::input : Part::none);
      return false;
    }
    note_unfinished(Part::none);
    input_closed_ = true;
    return true;
  }
  const auto size = libssh2_channel_write_ex(channel_, 0, queue_.data() + sent_, unsent());
  if (size == LIBSSH2_ERROR_EAGAIN) {
    note_unfinished(session_->sends_in_part() ? Part::input : Part::none);
    return false;
  }
  note_unfinished(Part::none);
  if (size == LIBSSH2_ERROR_CHANNEL_CLOSED || size == LIBSSH2_ERROR_CHANNEL_EOF_SENT) {
    // The command has ended before it took everything; how, its outputs tell.
    queue_.clear();
    sent_ = 0;
    input_closed_ = true;
    return true;
  }
  if (size < 0) {
    fail();
    return true;
  }
  sent_ += static_cast<std::size_t>(size);
  return size > 0;
}

std::string SshChannel::take_output() {
  return std::exchange(output_, {});
}

std::string SshChannel::take_error_output() {
  return std::exchange(errors_, {});
}

std::optional<int> SshChannel::wait_for_exit(const SshSession::Patience& patience) {
  if (!broken_.empty()) return std::nullopt;
  const int result = session_->complete(patience, [&] { return libssh2_channel_wait_closed(channel_); });
  if (result != 0) {
    fail();
    return std::nullopt;
  }
  char* signal = nullptr;
  libssh2_channel_get_exit_signal(channel_, &signal, nullptr, nullptr, nullptr, nullptr, nullptr);
  if (signal != nullptr) {
    exit_signal_ = signal;
    libssh2_free(session_->handle(), signal);
    return killed_by_signal;
  }
  return libssh2_channel_get_exit_status(channel_);
}

SshResult finish_command(SshChannel& channel, const SshRun& run) {
  channel.write(run.input);
  bool all_input = !run.more_input;
  if (all_input) channel.close_input();
  SshResult result;
  const auto take = [&] {
    const std::string bytes = channel.take_output();
    if (run.on_output) {
      if (!bytes.empty()) run.on_output(bytes);
    } else {
      result.output.append(bytes, 0, output_limit - std::min(output_limit, result.output.size()));
    }
    append_tail(result.errors, channel.take_error_output(), errors_limit);
  };
  auto deadline = Clock::now() + run.timeout;
  while (!channel.ended()) {
    if (!all_input && channel.unsent() < queue_limit) {
      if (const auto more = run.more_input()) {
        channel.write(*more);
      } else {
        all_input = true;
        channel.close_input();
      }
    }
    if (channel.exchange()) {
      deadline = Clock::now() + run.timeout;
      take();
    } else {
      channel.session().wait({deadline, run.interrupts_needed});
    }
  }
  take();
  result.exit_status = channel.wait_for_exit(SshSession::within(exit_limit, run.interrupts_needed));
  result.broken = channel.broken();
  return result;
}

}  // namespace ibtest
