#include "runner/target/child_connection.hpp"

#include <utility>

#include <fmt/format.h>

#include "runner/target/container/engine_error.hpp"

namespace ibtest {

using namespace std::chrono_literals;

ChildConnection::ChildConnection(std::unique_ptr<LineConversation> conversation, std::optional<std::string> first_line,
                                 Examine examine)
    : conversation_(std::move(conversation)), first_line_(std::move(first_line)), examine_(std::move(examine)) {}

void ChildConnection::send(std::string line, SendShare share) {
  conversation_->send(std::move(line), std::move(share));
}

AgentConnection::Received ChildConnection::receive(std::optional<std::chrono::steady_clock::time_point> wake_at) {
  if (first_line_) return {.line = std::exchange(first_line_, std::nullopt)};
  if (ended_) return {.ended = true};
  auto received = conversation_->receive(wake_at);
  if (received.line == agent_ended_line) {
    ended_ = true;
    return {.ended = true};
  }
  return {.line = std::move(received.line), .ended = received.ended, .woken = received.woken};
}

std::string ChildConnection::end_reason() {
  if (ended_) return "the agent has ended";
  const auto status = conversation_->wait_for_exit(2s);
  if (auto reason = examine_()) return *reason;
  const auto words = essence_of(conversation_->error_output());
  if (!status) return words.empty() ? "the agent closed the connection" : words;
  return words.empty() ? fmt::format("exit status {}", *status) : fmt::format("exit status {}: {}", *status, words);
}

}  // namespace ibtest
