#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "runner/ssh/ssh_settings.hpp"
#include "runner/subprocess/child_process.hpp"
#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

/// The way of the bytes to a host: a TCP connection, or the program of ProxyJump or ProxyCommand.
class SshTransport {
 public:
  /// Connects. Throws Fault (target_failed) that says why it cannot, Interrupted.
  SshTransport(ProcessLoop& loop, const SshSettings& settings, const std::filesystem::path& configuration);
  SshTransport(const SshTransport&) = delete;
  SshTransport& operator=(const SshTransport&) = delete;
  ~SshTransport();

  /// A stream socket.
  [[nodiscard]] int socket() const { return socket_.get(); }
  /// What the proxy program has said about its troubles; empty without one. Waits a moment for its last words.
  [[nodiscard]] std::string complaint();

 private:
  void connect_directly(const SshSettings& settings);
  void start_proxy(const std::vector<std::string>& command_line);

  ProcessLoop& loop_;
  FileDescriptor socket_;
  std::string proxy_errors_;
  bool proxy_ended_ = false;
  std::unique_ptr<ChildProcess> proxy_;  // last: its callbacks use what is above
};

}  // namespace ibtest
