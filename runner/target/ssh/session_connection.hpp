#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "agent/protocol/line_buffer.hpp"
#include "agent/protocol/resumable_stream.hpp"
#include "runner/target/ssh/ssh_host.hpp"
#include "runner/target/ssh/ssh_reconnect.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// Which session on a host, and how to come to it.
struct SessionPlace {
  std::string agent;   ///< path of the program on the host
  std::string folder;  ///< of the session
  std::string owner;   ///< whose run it is, for those who wait for its end
  std::string boot;    ///< of the host when the session began (HostSurvey::boot)
  /// The session is there already, and the events up to this one are known; else it is started.
  std::optional<std::uint64_t> last_event = {};
};

/// A conversation with an agent that outlives its connections: when one is lost, another one is made, and goes on where
/// the last one has ended (ResumableStream). It is over when the agent says so or is not there any more, or when the
/// host could not be reached again in time.
class SessionConnection final : public AgentConnection {
 public:
  /// Starts the agent where there is none, and waits until it answers, or another run has left the host. Throws
  /// Interrupted. `progress` must live as long.
  SessionConnection(std::shared_ptr<SshHost> host, ProcessLoop& loop, SessionPlace place, ProgressSink& progress);

  using AgentConnection::send;
  void send(std::string line, SendShare share) override;
  [[nodiscard]] Received receive(std::optional<std::chrono::steady_clock::time_point> wake_at) override;
  [[nodiscard]] std::string end_reason() override { return end_reason_; }
  [[nodiscard]] std::string out_of_reach() const override;
  [[nodiscard]] bool agent_may_live() const override { return begun_ && (!over_ || given_up_); }

 private:
  using Clock = std::chrono::steady_clock;

  void open();
  /// Sends and receives what can be without waiting; whether anything was.
  bool advance();
  void hear(std::string_view bytes);
  void hear_greeting(std::string_view line);
  void on_channel_end();
  void end(std::string reason);
  /// There is no agent: why, by its words, unless the host tells.
  void end_without_agent(const std::string& words);
  /// Of what the agent has acknowledged.
  void let_shares_go();
  /// Makes another connection in the place of the lost one, or tries until `wake_at`. Throws Interrupted.
  void connect_again(std::optional<Clock::time_point> wake_at);

  std::shared_ptr<SshHost> host_;
  ProcessLoop& loop_;
  SessionPlace place_;
  ProgressSink& progress_;
  ConnectionGreeting greeting_;
  ResumableStream stream_;
  struct Queued {
    std::uint64_t end = 0;  ///< where the line ends among all bytes that were sent
    SendShare share;
  };
  std::uint64_t queued_ = 0;  ///< bytes that were sent, over all connections
  std::deque<Queued> shares_;
  LineBuffer lines_;
  std::unique_ptr<SshChannel> channel_;
  std::string preface_;   ///< what came before the greeting, the last line
  std::string errors_;    ///< the last 64 KiB of the error output
  bool greeted_ = false;  ///< over this connection
  bool begun_ = false;    ///< the agent has greeted over some connection
  bool waits_for_run_ = false;
  std::optional<ReconnectPauses> pauses_;
  Clock::time_point lost_at_;
  std::string loss_;
  bool over_ = false;
  bool given_up_ = false;  ///< that is why it is over: the agent could not be reached again
  std::string end_reason_;
  int reported_interrupts_ = 0;
};

}  // namespace ibtest
