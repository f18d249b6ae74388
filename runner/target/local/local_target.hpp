#pragma once

#include "runner/target/target.hpp"

namespace ibtest {

/// "local": this machine itself. The agent is a child process; nothing is undone.
class LocalTarget final : public Target {
 public:
  explicit LocalTarget(const TargetContext& context) : context_(context) {}

  [[nodiscard]] std::string name() const override { return "local"; }
  [[nodiscard]] Capabilities capabilities() const override {
    return {.reboot = context_.allow_reboot, .exclusive = true};
  }
  void prepare(ProgressSink& progress) override;
  [[nodiscard]] std::unique_ptr<Machine> start(const Snapshot* from, ProgressSink& progress) override;

 private:
  TargetContext context_;
};

}  // namespace ibtest
