#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "runner/target/ssh/ssh_host.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// A host that is connected, with the agent on it.
class SshMachine final : public Machine {
 public:
  /// `agent` is the path on the host of the agent of `context`; `progress` must live as long.
  SshMachine(const TargetContext& context, std::shared_ptr<SshHost> host, std::string agent, ProgressSink& progress)
      : context_(context),
        host_(std::move(host)),
        agent_(std::move(agent)),
        progress_(progress),
        boot_(host_->survey().boot) {}

  [[nodiscard]] std::string description() const override;
  [[nodiscard]] std::unique_ptr<AgentConnection> connect() override;
  [[nodiscard]] std::string boot() const override { return boot_; }
  [[nodiscard]] std::unique_ptr<AgentConnection> attach(const std::string& boot, std::uint64_t last_event) override;
  [[nodiscard]] std::unique_ptr<AgentConnection> reboot(ProgressSink& progress) override;
  [[nodiscard]] bool restarts_itself() const override { return true; }
  void copy_out(const std::string& source, const std::filesystem::path& destination) override;
  [[nodiscard]] std::unique_ptr<Snapshot> snapshot() override;
  [[nodiscard]] std::string keep() override;
  [[nodiscard]] std::optional<std::string> post_mortem() override { return std::nullopt; }

 private:
  [[nodiscard]] std::unique_ptr<AgentConnection> connect_to_session(std::optional<std::uint64_t> last_event);

  void leave_host_to_others() const;

  TargetContext context_;
  std::shared_ptr<SshHost> host_;
  std::string agent_;  ///< its path on the host
  ProgressSink& progress_;
  std::string boot_;  ///< in which the agent begins
};

}  // namespace ibtest
