#pragma once

#include <filesystem>
#include <string>

#include "runner/target/target.hpp"

namespace ibtest {

/// "sandbox", "sandbox:FOLDER", "sandbox:ARCHIVE": a machine of namespaces on this one, over this machine's own root
/// file system or another one, whose changes are thrown away. Needs no container engine.
class SandboxTarget final : public Target {
 public:
  /// `root` is empty for that of this machine. Throws Fault (not_runnable) when it is not there.
  SandboxTarget(std::filesystem::path root, const TargetContext& context);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] Capabilities capabilities() const override {
    return {.snapshot = true, .reboot = true, .disposable = true, .networkless = true};
  }
  void prepare(ProgressSink& progress) override;
  [[nodiscard]] std::unique_ptr<Machine> start(const Snapshot* from, ProgressSink& progress) override;

 private:
  std::filesystem::path given_;
  std::filesystem::path root_ = "/";
  TargetContext context_;
};

}  // namespace ibtest
