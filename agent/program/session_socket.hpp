#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// Of the socket in the folder of a session.
inline constexpr const char* session_socket_name = "runners";

/// Where runners come and go: a socket in the target, over which one conversation at a time is carried, connection
/// after connection (ResumableStream). This agent holds its end of the conversation as if it were one connection that
/// never breaks. Everything happens on the loop.
class SessionSocket {
 public:
  struct Callbacks {
    /// A runner has come that is not the one of before, and has the events up to this one: `talk` is what it says, and
    /// what is said to it.
    std::function<void(FileDescriptor talk, std::uint64_t last_event)> on_new_runner;
    /// Whether a runner is connected has changed.
    std::function<void()> on_change;
  };

  /// Listens at `path`. Throws Fault.
  SessionSocket(boost::asio::io_context& context, const std::filesystem::path& path, Callbacks callbacks);
  SessionSocket(const SessionSocket&) = delete;
  SessionSocket& operator=(const SessionSocket&) = delete;
  ~SessionSocket();

  [[nodiscard]] bool connected() const;
  /// The agent has ended its output (a shutdown of `talk`), and the runner was told so after all else; or no runner is
  /// connected.
  [[nodiscard]] bool finished() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ibtest
