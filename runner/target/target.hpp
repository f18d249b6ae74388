#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/protocol/fault.hpp"
#include "runner/ssh/ssh_settings.hpp"
#include "runner/subprocess/send_budget.hpp"

namespace ibtest {

class ProcessLoop;

/// What a target can do; asked for, never assumed from its kind.
struct Capabilities {
  bool snapshot = false;  ///< can be saved and started afresh from what was saved
  bool reboot = false;
  bool disposable = false;   ///< what is changed in it goes with it
  bool networkless = false;  ///< can be started without a network
  bool exclusive = false;    ///< one run at a time: others are refused meanwhile
  bool attachable = false;   ///< an agent in it goes on when the runner is killed, and another one can attach to it
};

/// A conversation with an agent: lines of JSON in both directions.
class AgentConnection {
 public:
  AgentConnection() = default;
  AgentConnection(const AgentConnection&) = delete;
  AgentConnection& operator=(const AgentConnection&) = delete;
  virtual ~AgentConnection() = default;

  /// Queues one line (without line break) for the agent. `share` is let go when it has been sent, or never will be.
  virtual void send(std::string line, SendShare share) = 0;
  void send(std::string line) { send(std::move(line), {}); }
  struct Received {
    std::optional<std::string> line = {};
    bool ended = false;  ///< the connection has ended, there will be no further line
    bool woken = false;
  };
  /// Waits for the next line from the agent, the end of the connection, or something the caller should act on: `woken`
  /// is set once for every interrupt since the last call (ProcessLoop::interrupts() counts them), and when `wake_at`
  /// has come. Both come before lines that are already there, so a flood of lines holds up neither; after a wake by
  /// time, pass a later one. Throws Fault (target_failed) when the agent sends a line of more than 64 MiB. The agent is
  /// read only while this waits: a slow caller slows the sender down, and memory stays bounded.
  [[nodiscard]] virtual Received receive(std::optional<std::chrono::steady_clock::time_point> wake_at = {}) = 0;
  /// After the end: why, as far as the transport knows ("the container was removed", "exit status 137: ...").
  [[nodiscard]] virtual std::string end_reason() = 0;
  /// Why the agent cannot be heard now, though it may live ("the connection to box was lost (...)"); empty while it
  /// can, and when it is known to have ended.
  [[nodiscard]] virtual std::string out_of_reach() const { return {}; }
  /// The agent has begun, is not known to have ended, and does not end with this connection (Machine::attach).
  [[nodiscard]] virtual bool agent_may_live() const { return false; }
};

class ProgressSink;

/// A saved state of a machine; removed with the value.
class Snapshot {
 public:
  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  virtual ~Snapshot() = default;
};

/// One running machine under test: a container, later a host. Removed with the value unless kept.
class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  /// Folders whose content does not outlive a reboot of a real machine, but does one of this (EMU-REBOOT-3).
  [[nodiscard]] virtual std::vector<std::string> emptied_on_reboot() const { return {}; }
  /// For people: "container ibtest-1f0c… of debian-12, systemd".
  [[nodiscard]] virtual std::string description() const = 0;
  /// Starts an agent in the machine and connects to it.
  [[nodiscard]] virtual std::unique_ptr<AgentConnection> connect() = 0;
  /// A reboot is a real one, and what outlives it is as the machine is set up.
  [[nodiscard]] virtual bool restarts_itself() const { return rebooted_by_user(); }
  /// Names the time since the machine was started last, which no other one has. Only with Capabilities::attachable.
  [[nodiscard]] virtual std::string boot() const { return {}; }
  /// Connects to an agent of this machine that was started in that boot, and whose runner has gone, from the event
  /// after this one on. Only with Capabilities::attachable. Throws Interrupted.
  [[nodiscard]] virtual std::unique_ptr<AgentConnection> attach(const std::string& boot, std::uint64_t last_event);
  /// A reboot is the user's to do: the run is suspended, and goes on after it.
  [[nodiscard]] virtual bool rebooted_by_user() const { return false; }
  /// Ends everything that runs in the machine and starts it again; its disk stays. Connects to a new agent in it. Only
  /// with Capabilities::reboot, and not where the user does it. Throws Fault, Interrupted.
  [[nodiscard]] virtual std::unique_ptr<AgentConnection> reboot(ProgressSink& progress) = 0;
  /// Copies a file or folder of the machine into `destination`, which becomes it: folders and regular files, at most
  /// 4 GiB (CopyBudget). Works after the agent has died.
  virtual void copy_out(const std::string& source, const std::filesystem::path& destination) = 0;
  /// Saves the machine's disk. Only with Capabilities::snapshot.
  [[nodiscard]] virtual std::unique_ptr<Snapshot> snapshot() = 0;
  /// Leaves the machine running for inspection; returns the command that enters it.
  [[nodiscard]] virtual std::string keep() = 0;
  /// Why the machine is not there any more, if it is not ("the container was removed", "it ran out of memory").
  [[nodiscard]] virtual std::optional<std::string> post_mortem() = 0;
};

/// Shows what takes long before the first step: pulling, building, booting.
class ProgressSink {
 public:
  ProgressSink() = default;
  ProgressSink(const ProgressSink&) = delete;
  ProgressSink& operator=(const ProgressSink&) = delete;
  virtual ~ProgressSink() = default;
  virtual void activity(std::string_view what) = 0;  ///< "building the image al2023 (once)"
  virtual void detail(std::string_view line) = 0;    ///< a line of output of it
  virtual void finished(std::string_view what) = 0;
};

/// Where components run.
class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  [[nodiscard]] virtual std::string name() const = 0;  ///< as given: "docker:debian-12"
  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  /// Makes sure that machines can be started: engine there, image there. Throws Fault (target_failed).
  virtual void prepare(ProgressSink& progress) = 0;
  /// A fresh machine from the target's image, or from a snapshot of one.
  [[nodiscard]] virtual std::unique_ptr<Machine> start(const Snapshot* from, ProgressSink& progress) = 0;
};

/// What every target of a run shares.
struct TargetContext {
  std::string run_id;                      ///< value of the label that marks what belongs to this run
  std::filesystem::path agent_executable;  ///< the static ibtest-agent to bring into the machine
  ProcessLoop* loop = nullptr;
  bool allow_local = false;               ///< --i-know-this-changes-my-machine
  std::filesystem::path local_lock = {};  ///< keeps others off this machine meanwhile; empty: the one of this user
  bool may_be_kept = false;               ///< machines may be left running after the run
  bool allow_reboot = false;              ///< --allow-reboot: whoever runs ibtest restarts this machine (EMU-REBOOT-8)
  bool without_network = false;           ///< --network none; only with Capabilities::networkless
  SshOptions ssh = {};                    ///< how to reach hosts
  /// A runner of this run was killed when it rebooted the machine from this boot (Machine::boot): prepare() sees to it
  /// that the machine is in another one. Only with Capabilities::attachable.
  std::string reboot_from = {};
};

/// Makes the target of `spec` ("docker:debian-12", "podman:alpine:3", "sandbox", "local"). Throws Fault (not_runnable)
/// for an unknown kind or short name, listing the known ones. Does not touch the engine.
[[nodiscard]] std::unique_ptr<Target> make_target(std::string_view spec, const TargetContext& context);

/// The target used without --target, and why it is this one.
struct DefaultTarget {
  std::string spec;
  std::string reason;
};
/// A container where an engine answers, else a sandbox.
[[nodiscard]] DefaultTarget default_target(ProcessLoop& loop);

/// What remove_leftovers() did, for people.
struct LeftoverReport {
  std::vector<std::string> removed;
  std::vector<std::string> silent_engines;  ///< installed, but they do not answer
  bool engine_answered = false;
};

/// Removes what runs that were killed have left behind (containers, snapshots, sandboxes). `everything` also removes
/// machines kept on purpose and cached images and volumes.
[[nodiscard]] LeftoverReport remove_leftovers(ProcessLoop& loop, const std::filesystem::path& agent, bool everything);

}  // namespace ibtest
