#pragma once

#include <memory>

#include "runner/target/ssh/ssh_host.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// An existing machine that is reached by SSH. What is executed there stays.
class SshTarget final : public Target {
 public:
  SshTarget(std::string name, SshAddress address, const TargetContext& context);

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] Capabilities capabilities() const override { return {.reboot = true, .attachable = true}; }
  void prepare(ProgressSink& progress) override;
  [[nodiscard]] std::unique_ptr<Machine> start(const Snapshot* from, ProgressSink& progress) override;

 private:
  std::string name_;
  TargetContext context_;
  std::shared_ptr<SshHost> host_;
  std::string agent_;  ///< its path on the host
};

}  // namespace ibtest
