#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "runner/subprocess/line_conversation.hpp"
#include "runner/subprocess/side_channel.hpp"
#include "runner/target/container/container_engine.hpp"
#include "runner/target/container/removed_container.hpp"
#include "runner/target/machine_plan.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// The image that a stopped or running machine was saved as; removed with the value.
class ContainerSnapshot final : public Snapshot {
 public:
  ContainerSnapshot(const ContainerEngine& engine, std::string image) : engine_(engine), image_(std::move(image)) {}
  ContainerSnapshot(const ContainerSnapshot&) = delete;
  ContainerSnapshot& operator=(const ContainerSnapshot&) = delete;
  ~ContainerSnapshot() override;

  [[nodiscard]] const std::string& image() const { return image_; }

 private:
  ContainerEngine engine_;
  std::string image_;
};

/// A container. It is being started when the constructor returns; nothing else may be called before ready() has
/// returned.
class ContainerMachine final : public Machine {
 public:
  ContainerMachine(const ContainerEngine& engine, MachinePlan plan, std::filesystem::path agent_executable);
  ContainerMachine(const ContainerMachine&) = delete;
  ContainerMachine& operator=(const ContainerMachine&) = delete;
  ~ContainerMachine() override;

  /// Waits until the agent has said its first words; brings the agent into the engine where it is missing. Throws
  /// Fault, Interrupted.
  void ready(ProgressSink& progress);
  /// Says that there can be no container, so that nothing needs to be removed.
  void never_started() { removal_.release(); }

  [[nodiscard]] std::string description() const override;
  [[nodiscard]] std::unique_ptr<AgentConnection> connect() override;
  [[nodiscard]] std::unique_ptr<AgentConnection> reboot(ProgressSink& progress) override;
  [[nodiscard]] std::vector<std::string> emptied_on_reboot() const override;
  void copy_out(const std::string& source, const std::filesystem::path& destination) override;
  [[nodiscard]] std::unique_ptr<Snapshot> snapshot() override;
  [[nodiscard]] std::string keep() override;
  [[nodiscard]] std::optional<std::string> post_mortem() override;

 private:
  void launch();
  /// Starts a program of the engine's that carries the agent's streams.
  void converse(const std::vector<std::string>& arguments);
  /// An engine that cannot mount the side channel's folder is not on this machine.
  void relaunch_without_side_channel();
  void wait_for_agent(ProgressSink& progress);
  /// Waits for the agent's first line; false when the conversation ended before.
  [[nodiscard]] bool receive_first_line(std::chrono::steady_clock::time_point deadline);
  [[nodiscard]] Fault start_fault(const ChildResult& result) const;
  [[nodiscard]] Fault boot_fault(const std::string& what) const;
  void settle() noexcept;

  ContainerEngine engine_;
  MachinePlan plan_;
  std::filesystem::path agent_executable_;
  RemovedContainer removal_;
  std::shared_ptr<SideChannel> side_channel_;
  std::unique_ptr<RunningCommand> boot_;  ///< the call that boots, while it runs
  std::unique_ptr<LineConversation> conversation_;
  std::optional<std::string> first_line_;
  std::string refusal_;  ///< what the engine said in the place of the agent
  bool ready_ = false;
};

/// Why the container is not running any more, if it is not.
[[nodiscard]] std::optional<std::string> examine_container(const ContainerEngine& engine, const std::string& name);

}  // namespace ibtest
