#include "runner/target/local/local_target.hpp"

#include <unistd.h>

#include "runner/subprocess/line_conversation.hpp"
#include "runner/target/child_connection.hpp"
#include "runner/target/copy_path.hpp"
#include "runner/target/local/local_lock.hpp"

namespace ibtest {

namespace {

/// Where the agent keeps its state: one folder a run, in a place the user may write to.
std::string state_directory(const TargetContext& context) {
  if (::geteuid() == 0) return "/var/lib/ibtest";
  return (std::filesystem::temp_directory_path() / ("ibtest-state-" + context.run_id)).string();
}

class LocalMachine final : public Machine {
 public:
  explicit LocalMachine(const TargetContext& context)
      : context_(context), lock_(context.local_lock.empty() ? local_lock_of_user() : context.local_lock) {}

  [[nodiscard]] std::string description() const override { return "this machine itself"; }

  [[nodiscard]] std::unique_ptr<AgentConnection> connect() override {
    auto conversation = std::make_unique<LineConversation>(
        *context_.loop, std::vector<std::string>{context_.agent_executable.string(), "serve", "--state-directory",
                                                 state_directory(context_)});
    return std::make_unique<ChildConnection>(std::move(conversation), std::nullopt,
                                             [] { return std::optional<std::string>(); });
  }

  [[nodiscard]] bool rebooted_by_user() const override { return true; }
  [[nodiscard]] std::unique_ptr<AgentConnection> reboot(ProgressSink& /*progress*/) override {
    throw Fault(ExitStatus::not_runnable, "this machine itself is not rebooted");
  }

  void copy_out(const std::string& source, const std::filesystem::path& destination) override {
    copy_path(source, destination, source);
  }

  [[nodiscard]] std::unique_ptr<Snapshot> snapshot() override {
    throw Fault(ExitStatus::not_runnable, "this machine itself cannot be saved and started afresh",
                "Use --stages inline, or another target.");
  }

  [[nodiscard]] std::string keep() override { return "true   (this machine is kept anyway)"; }
  [[nodiscard]] std::optional<std::string> post_mortem() override { return std::nullopt; }

 private:
  TargetContext context_;
  LocalLock lock_;
};

}  // namespace

void LocalTarget::prepare(ProgressSink& /*progress*/) {
  if (!context_.allow_local) {
    throw Fault(ExitStatus::not_runnable,
                "the target local executes the component on this very machine, as it is, and undoes nothing",
                "If that is what you want, say so with --i-know-this-changes-my-machine; otherwise use --target "
                "sandbox, which undoes everything, or docker:al2023.");
  }
  if (::access(context_.agent_executable.c_str(), X_OK) != 0) {
    throw Fault(ExitStatus::target_failed, "there is no agent to start: " + context_.agent_executable.string(),
                "ibtest needs the program ibtest-agent next to itself.");
  }
}

std::unique_ptr<Machine> LocalTarget::start(const Snapshot* from, ProgressSink& /*progress*/) {
  if (from != nullptr) throw Fault(ExitStatus::not_runnable, "this machine itself cannot be started from a snapshot");
  return std::make_unique<LocalMachine>(context_);
}

}  // namespace ibtest
