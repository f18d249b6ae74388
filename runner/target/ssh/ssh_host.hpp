#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "runner/ssh/ssh_channel.hpp"
#include "runner/ssh/ssh_login.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// What a host says of itself, and where programs of ours may lie on it.
struct HostSurvey {
  std::string system;   ///< uname -s
  std::string machine;  ///< uname -m
  bool is_root = false;
  std::vector<std::string> tools;  ///< of gzip and sudo those that are there
  /// Another one after every reboot: the kernel's boot id, and when process 1 was started, which tells in a container.
  /// Blank where /proc tells neither.
  std::string boot;
  std::string folder;                ///< nobody but the user may write to it, and programs in it can be executed
  std::vector<std::string> agents;   ///< hashes of those in the folder
  std::vector<std::string> refused;  ///< folders that are not fit, and why
  bool sudo = false;                 ///< becomes root without a password
  std::string sudo_refusal;          ///< else what it says

  [[nodiscard]] bool has(std::string_view tool) const;
};

/// A host under test: the connection to it, and how to become root there. Commands are executed by its POSIX shell;
/// what is secret or not of our making goes to their standard input, never into their arguments.
///
/// A short run on a far host waits for round trips more than for anything else. With the agent there and one key they
/// are: TCP 1, versions and keys 2, the authentication service 1, the key and its signature 2, a channel 1, the survey
/// and meanwhile the next channel 1; then, in it, the start of the session 1, the job 1, its logs 1, its end 1. The
/// program `ssh` asks for the methods of authentication as well, and executes its command after the first channel: 9.
class SshHost {
 public:
  using Clock = std::chrono::steady_clock;

  SshHost(SshAddress address, SshOptions options, ProcessLoop& loop);

  /// As the user calls it.
  [[nodiscard]] const std::string& name() const { return address_.host; }

  /// Connects, verifies the host's key, logs in, looks around and becomes root, where that was not done yet or the
  /// connection has gone meanwhile; what was asked for once is remembered, and so is the host's key. A host that does
  /// not answer at all is given up at the deadline. Throws HostKeyRefused, Fault (target_failed), Interrupted.
  void connect(ProgressSink& progress, Clock::time_point deadline = Clock::time_point::max());
  /// Ends the connection, also for those who still talk over it.
  void disconnect();
  /// It could not be reached again in time; further attempts are not worth a wait.
  void give_up() { given_up_ = true; }
  [[nodiscard]] bool given_up() const { return given_up_; }
  /// False when a connection has been found broken, or was never made.
  [[nodiscard]] bool is_connected() const { return session_ && session_->is_open(); }

  /// Whose command it is.
  enum class As { user, root };
  /// Has the host's sh execute `script`, which must have no single quotes and no line breaks, to its end. Throws Fault
  /// (target_failed) when the connection breaks, Interrupted.
  [[nodiscard]] SshResult run(As as, std::string_view script, const SshRun& run);
  /// Starts a script, for a longer conversation.
  [[nodiscard]] std::unique_ptr<SshChannel> start(As as, std::string_view script, std::string_view input,
                                                  int interrupts_needed = 1);

  [[nodiscard]] const HostSurvey& survey() const { return survey_; }
  [[nodiscard]] const SshSettings& settings() const { return settings_; }
  [[nodiscard]] const SshOptions& options() const { return options_; }

 private:
  /// A command for SshChannel, and what it reads first.
  struct Command {
    std::string line;
    std::string input;
  };
  [[nodiscard]] SshResult finish(SshChannel& channel, const SshRun& run) const;
  [[nodiscard]] std::unique_ptr<SshChannel> open_channel(int interrupts_needed) const;
  void open_spare();
  [[nodiscard]] Command command(As as, std::string_view script, std::string_view input) const;
  [[nodiscard]] std::shared_ptr<SshSession> session() const;
  void look_around();
  void become_root(ProgressSink& progress);

  SshAddress address_;
  SshOptions options_;
  ProcessLoop& loop_;
  SshSettings settings_;
  SshSecrets secrets_;
  std::shared_ptr<SshSession> session_;
  std::unique_ptr<SshChannel> spare_;  ///< opened while something else was waited for; perhaps none
  bool given_up_ = false;
  std::string host_key_;  ///< line of known_hosts for the key that was found right
  HostSurvey survey_;
  enum class Root { self, sudo, sudo_with_password } root_ = Root::self;
  std::string become_password_;
};

/// The lines "ibtest WORD REST" of a script's output as pairs; other lines are what the user's shell greets with.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> said_by_script(std::string_view output);

}  // namespace ibtest
