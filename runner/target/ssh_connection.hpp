#pragma once

#include <memory>
#include <string>

#include "agent/protocol/line_buffer.hpp"
#include "runner/ssh/ssh_channel.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// A conversation with an agent whose standard streams an SSH channel carries.
class SshConnection final : public AgentConnection {
 public:
  explicit SshConnection(std::unique_ptr<SshChannel> channel) : channel_(std::move(channel)) {}

  void send(std::string line) override;
  [[nodiscard]] Received receive(std::optional<std::chrono::steady_clock::time_point> wake_at) override;
  [[nodiscard]] std::string end_reason() override;

 private:
  [[nodiscard]] std::optional<std::string> take_line();

  std::unique_ptr<SshChannel> channel_;
  LineBuffer lines_;
  std::string errors_;  ///< the last 64 KiB of the error output
  int reported_interrupts_ = 0;
  bool greeted_ = false;  ///< the agent has spoken; what came before is what the user's shell greets with
};

}  // namespace ibtest
