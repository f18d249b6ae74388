#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/protocol/fault.hpp"
#include "runner/ssh/ssh_transport.hpp"

struct _LIBSSH2_SESSION;

namespace ibtest {

class SshChannel;

/// An SSH connection in which nobody is logged in yet, or somebody is: verify_host_key() and log_in() are the next
/// steps. Everything waits on the loop; nothing blocks.
class SshSession {
 public:
  /// Connects and agrees on keys. `key_types` are those that the host should show, the best known first. Throws Fault
  /// (target_failed), Interrupted.
  SshSession(ProcessLoop& loop, const SshSettings& settings, const std::filesystem::path& configuration,
             const std::vector<std::string>& key_types);
  SshSession(const SshSession&) = delete;
  SshSession& operator=(const SshSession&) = delete;
  ~SshSession();

  /// How long a call may wait, and how often the user has to ask it to stop.
  struct Patience {
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    int interrupts_needed = 1;  ///< 0: it is not to be stopped
  };
  [[nodiscard]] static Patience within(std::chrono::milliseconds time, int interrupts_needed = 1);

  /// Repeats a call of libssh2 until it no longer says that it would block; its result. Throws Fault when the time is
  /// over, Interrupted.
  template <typename Call>
  auto complete(const Patience& patience, Call call) {
    settle(patience);
    for (;;) {
      const auto result = call();
      if (!would_block(result)) return result;
      wait(patience);
    }
  }

  /// Waits until the connection may have something to read, or room for what could not be written, or something else
  /// has happened on the loop. Throws as complete().
  void wait(const Patience& patience);
  /// The same, at most until `time`, and without a look at interrupts.
  void wait_until(std::chrono::steady_clock::time_point time);

  /// From now on a host that has been silent for the settings' alive_interval is asked for a sign of life, and given up
  /// when it has not given any for alive_count times as long. Only after log_in().
  void keep_alive();

  /// Ends the connection, also for those who still use it: they find it broken.
  void hang_up();
  /// False once the connection has been found broken.
  [[nodiscard]] bool is_open() const { return open_; }
  /// What libssh2 said last, with the proxy program's words.
  [[nodiscard]] std::string last_error();
  /// The same as a Fault; the connection counts as broken when that is what it says.
  [[nodiscard]] Fault fault(const std::string& doing);
  /// Key that the host has shown, in the form that goes over the wire.
  [[nodiscard]] std::string host_key() const;

  [[nodiscard]] ProcessLoop& loop();
  [[nodiscard]] const SshSettings& settings() const { return settings_; }
  [[nodiscard]] _LIBSSH2_SESSION* handle() const { return session_; }

 private:
  friend class SshChannel;

  [[nodiscard]] bool would_block(std::int64_t result) const;
  [[nodiscard]] bool would_block(const void* result) const;
  /// A packet that is sent in part must be completed before anything else is sent, by the call that began it.
  void settle(const Patience& patience);
  [[nodiscard]] bool sends_in_part() const;
  void ask_for_life();
  void hand_shake(const std::vector<std::string>& key_types);
  void close() noexcept;

  SshSettings settings_;
  ProcessLoop& loop_;
  SshTransport transport_;
  struct Waiting;
  std::shared_ptr<Waiting> waiting_;
  _LIBSSH2_SESSION* session_ = nullptr;
  bool open_ = true;
  bool watched_ = false;  ///< whether the host is alive
  int questions_ = 0;     ///< for a sign of life, since the host was heard last
  std::chrono::steady_clock::time_point next_question_;
  std::string death_;                 ///< why the host was given up
  SshChannel* unfinished_ = nullptr;  ///< the channel whose packet is sent in part
};

}  // namespace ibtest
