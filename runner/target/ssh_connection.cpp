#include "runner/target/ssh_connection.hpp"

#include <fmt/format.h>

#include "agent/protocol/event.hpp"
#include "runner/subprocess/line_conversation.hpp"
#include "runner/subprocess/line_splitter.hpp"
#include "runner/target/engine_error.hpp"

namespace ibtest {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t errors_limit = 64U << 10U;
constexpr auto exit_patience = 2s;

}  // namespace

void SshConnection::send(std::string line) {
  line += '\n';
  channel_->write(line);
  static_cast<void>(channel_->exchange());
}

std::optional<std::string> SshConnection::take_line() {
  while (auto line = lines_.take_line()) {
    greeted_ = greeted_ || line->starts_with('{');
    if (greeted_) return line;
  }
  return std::nullopt;
}

AgentConnection::Received SshConnection::receive(std::optional<Clock::time_point> wake_at) {
  SshSession& session = channel_->session();
  while (true) {
    if (session.loop().interrupts() > reported_interrupts_) {
      reported_interrupts_ = session.loop().interrupts();
      return {.woken = true};
    }
    if (wake_at && Clock::now() >= *wake_at) return {.woken = true};
    if (auto line = take_line()) return {.line = std::move(line)};
    if (lines_.waiting() > LineConversation::longest_line)
      throw Fault(ExitStatus::target_failed, "the agent sent a line of more than 64 MiB");
    if (channel_->ended()) {
      auto rest = lines_.take_rest();
      if (rest && greeted_) return {.line = std::move(rest)};
      return {.ended = true};
    }
    const bool moved = channel_->exchange();
    lines_.append(channel_->take_output());
    append_tail(errors_, channel_->take_error_output(), errors_limit);
    if (!moved) session.wait_until(wake_at.value_or(Clock::time_point::max()));
  }
}

std::string SshConnection::end_reason() {
  const std::string& host = channel_->session().settings().host;
  if (!channel_->broken().empty()) return fmt::format("the connection to {} was lost: {}", host, channel_->broken());
  std::optional<int> status;
  try {
    status = channel_->wait_for_exit(SshSession::within(exit_patience, 2));
  } catch (const Fault&) {
    return "the agent closed the connection";
  }
  if (!channel_->exit_signal().empty()) return fmt::format("it was killed by the signal {}", channel_->exit_signal());
  const auto words = essence_of(errors_);
  if (!status) return words.empty() ? "the agent closed the connection" : words;
  return words.empty() ? fmt::format("exit status {}", *status) : fmt::format("exit status {}: {}", *status, words);
}

}  // namespace ibtest
