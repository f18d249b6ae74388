#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runner/ssh/ssh_session.hpp"

struct _LIBSSH2_CHANNEL;

namespace ibtest {

/// A command that runs on a host, and its standard streams. Closed with the value; what the host then does with the
/// command is the host's affair.
class SshChannel {
 public:
  /// Opens it: one round trip. Throws Fault (target_failed), and Interrupted when as many interrupts as needed have
  /// come.
  explicit SshChannel(std::shared_ptr<SshSession> session, int interrupts_needed = 1);
  SshChannel(const SshChannel&) = delete;
  SshChannel& operator=(const SshChannel&) = delete;
  ~SshChannel();

  /// Starts `command`, which the shell of the user's there gets; once. Nothing waits for the host's consent: the input
  /// follows at once, and exchange() throws the Fault (target_failed) of a host that does not execute it.
  void execute(std::string command);
  /// Queues bytes for the standard input.
  void write(std::string_view bytes);
  /// Ends the standard input after what is queued.
  void close_input();
  [[nodiscard]] std::size_t unsent() const { return queue_.size() - sent_; }

  /// Sends and receives what can be without waiting; whether anything was. Receives no more than 1 MiB beyond what was
  /// taken, so that the sender waits for a slow taker. Throws Fault (target_failed) when the host executes no commands.
  bool exchange();
  [[nodiscard]] std::string take_output();
  [[nodiscard]] std::string take_error_output();
  /// Both outputs have ended, or the connection has. What was received can still be taken.
  [[nodiscard]] bool ended() const { return ended_; }
  /// Why the connection has ended too early; empty when the command has ended by itself.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  /// Waits until the host has said how the command ended: its exit status, or 128 when it was killed by a signal.
  /// Nothing when the host does not say. Only after ended().
  [[nodiscard]] std::optional<int> wait_for_exit(const SshSession::Patience& patience);

  /// After wait_for_exit(): the signal that killed the command ("KILL"), if one did.
  [[nodiscard]] const std::string& exit_signal() const { return exit_signal_; }

  [[nodiscard]] SshSession& session() { return *session_; }

 private:
  enum class Part { none, command, output, errors, input };
  bool request();
  bool send();
  bool receive(int stream, std::string& into, Part part);
  void fail();
  void note_unfinished(Part part);

  std::shared_ptr<SshSession> session_;
  _LIBSSH2_CHANNEL* channel_ = nullptr;
  std::string command_;
  bool requested_ = true;  ///< the host has said whether it executes the command
  std::string queue_;
  std::size_t sent_ = 0;
  std::string output_;
  std::string errors_;
  std::string broken_;
  std::string exit_signal_;
  Part unfinished_ = Part::none;  ///< which call has sent a packet in part
  bool close_after_queue_ = false;
  bool input_closed_ = false;
  bool ended_ = false;
};

/// Outcome of a command on a host.
struct SshResult {
  std::optional<int> exit_status;  ///< nothing when the host did not say
  std::string output;              ///< first 16 MiB
  std::string errors;              ///< last 64 KiB
  std::string broken;              ///< why the connection has ended, if it has
};

/// How a command is seen to its end.
struct SshRun {
  std::string input = {};  ///< after what the channel has already
  /// Further input, asked for while there is room; nothing at its end.
  std::function<std::optional<std::string>()> more_input = {};
  /// Takes the output in the place of SshResult::output.
  std::function<void(std::string_view bytes)> on_output = {};
  std::chrono::milliseconds timeout{60'000};  ///< without any progress
  int interrupts_needed = 1;
};

/// Sees the command of a channel to its end. Throws Fault (target_failed), Interrupted.
[[nodiscard]] SshResult finish_command(SshChannel& channel, const SshRun& run);

}  // namespace ibtest
