#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/protocol/event.hpp"
#include "runner/subprocess/line_conversation.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// A conversation with an agent whose standard streams a child program of ours carries: an engine's command line
/// program, or the agent itself.
class ChildConnection final : public AgentConnection {
 public:
  using Examine = std::function<std::optional<std::string>()>;

  /// `first_line` was read already; `examine` says why the machine is not there any more, if it is not.
  ChildConnection(std::unique_ptr<LineConversation> conversation, std::optional<std::string> first_line,
                  Examine examine);

  using AgentConnection::send;
  void send(std::string line, SendShare share) override;
  [[nodiscard]] Received receive(std::optional<std::chrono::steady_clock::time_point> wake_at) override;
  [[nodiscard]] std::string end_reason() override;

 private:
  std::unique_ptr<LineConversation> conversation_;
  std::optional<std::string> first_line_;
  Examine examine_;
  bool ended_ = false;
};

}  // namespace ibtest
