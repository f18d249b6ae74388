#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/subprocess/line_conversation.hpp"
#include "runner/target/sandbox/sandbox_folder.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// The folders of what stopped machines have changed; the newest first.
using SandboxLayers = std::vector<std::shared_ptr<SandboxFolder>>;

/// What a stopped sandbox had changed. Its folder is removed when no machine is started from it any more.
class SandboxSnapshot final : public Snapshot {
 public:
  explicit SandboxSnapshot(SandboxLayers layers) : layers_(std::move(layers)) {}

  [[nodiscard]] const SandboxLayers& layers() const { return layers_; }

 private:
  SandboxLayers layers_;
};

/// A machine of namespaces on this one, whose first process is the agent's init.
class SandboxMachine final : public Machine {
 public:
  struct Plan {
    std::filesystem::path root = "/";  ///< the file system below the overlay
    std::string title;                 ///< that, for people
    SandboxLayers snapshots = {};
  };

  /// Starts it, and waits until its agent has said its first words. Throws Fault, Interrupted.
  SandboxMachine(const TargetContext& context, Plan plan);
  SandboxMachine(const SandboxMachine&) = delete;
  SandboxMachine& operator=(const SandboxMachine&) = delete;
  ~SandboxMachine() override;

  [[nodiscard]] std::string description() const override;
  [[nodiscard]] std::unique_ptr<AgentConnection> connect() override;
  [[nodiscard]] std::unique_ptr<AgentConnection> reboot(ProgressSink& progress) override;
  void copy_out(const std::string& source, const std::filesystem::path& destination) override;
  [[nodiscard]] std::unique_ptr<Snapshot> snapshot() override;
  [[nodiscard]] std::string keep() override;
  [[nodiscard]] std::optional<std::string> post_mortem() override;

 private:
  void launch();
  void stop();

  TargetContext context_;
  Plan plan_;
  std::shared_ptr<SandboxFolder> folder_;
  std::unique_ptr<LineConversation> conversation_;  ///< until it is handed out
  std::optional<std::string> first_line_;
  std::optional<SandboxInit> init_;
};

}  // namespace ibtest
