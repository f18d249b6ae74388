#pragma once

#include <memory>
#include <string>

#include "runner/target/ssh_host.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// A host that is connected, with the agent on it.
class SshMachine final : public Machine {
 public:
  SshMachine(std::shared_ptr<SshHost> host, std::string agent) : host_(std::move(host)), agent_(std::move(agent)) {}

  [[nodiscard]] std::string description() const override;
  [[nodiscard]] std::unique_ptr<AgentConnection> connect() override;
  [[nodiscard]] std::unique_ptr<AgentConnection> reboot() override;
  void copy_out(const std::string& source, const std::filesystem::path& destination) override;
  [[nodiscard]] std::unique_ptr<Snapshot> snapshot() override;
  [[nodiscard]] std::string keep() override;
  [[nodiscard]] std::optional<std::string> post_mortem() override { return std::nullopt; }

 private:
  std::shared_ptr<SshHost> host_;
  std::string agent_;  ///< its path on the host
};

}  // namespace ibtest
