#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// What the two ends tell each other first on every connection: a line.
struct ConnectionGreeting {
  std::string conversation;      ///< the runner's choice; letters, digits and dashes
  std::uint64_t received = 0;    ///< bytes of the conversation that have come so far
  std::uint64_t last_event = 0;  ///< number of the last event that the runner has, should the agent not know its
                                 ///< conversation; the agent sends 0
};

/// With its line break.
[[nodiscard]] std::string encode(const ConnectionGreeting& greeting);
/// Nothing when the line (without line break) is no greeting of this protocol version.
[[nodiscard]] std::optional<ConnectionGreeting> decode_greeting(std::string_view line);

/// One end of a conversation that outlives the connections that carry it: each end keeps what the other one has not
/// acknowledged, and sends it again over the next connection, so that both read every byte once. No input or output of
/// its own: whoever has the connection moves the bytes.
///
/// After the greetings a connection carries frames: `data N`, a line break and N bytes; `seen N`, the bytes that have
/// come in all; and `over`, after which nothing comes.
class ResumableStream {
 public:
  /// Adds to what the other end is to get.
  void send(std::string_view bytes);
  /// Nothing further will be sent.
  void finish() { finishing_ = true; }
  /// Bytes that the other end has not acknowledged, sent or not. Whoever sends without bound waits while they are many.
  [[nodiscard]] std::size_t unacknowledged() const { return kept_.size() - dropped_; }

  /// A connection was made, on which the other end has said that it has `received` so many bytes. False when that
  /// cannot be: the ends have different conversations in mind, and nothing is changed.
  [[nodiscard]] bool resume(std::uint64_t received);
  /// Bytes for the connection, not many more than `most`; empty when there is nothing to say.
  [[nodiscard]] std::string take_outgoing(std::size_t most);
  /// Takes what came over the connection; what it says to this end is appended to `payload`. Throws Fault
  /// (target_failed) for what is no frame.
  void receive(std::string_view bytes, std::string& payload);

  /// Bytes that have come from the other end so far, over all connections.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  /// The other end has said that nothing further will come.
  [[nodiscard]] bool over() const { return over_; }
  /// All has been acknowledged that was sent.
  [[nodiscard]] bool settled() const { return unacknowledged() == 0; }

 private:
  void take_header(std::string_view line);

  void drop_until(std::uint64_t place);

  std::string kept_;             ///< not acknowledged, but for the first `dropped_` bytes
  std::size_t dropped_ = 0;      ///< of kept_: taken out when they are many
  std::uint64_t kept_from_ = 0;  ///< where in the conversation what is kept begins
  std::size_t sent_ = 0;         ///< of what is kept, over this connection
  bool finishing_ = false;
  bool finish_said_ = false;
  std::uint64_t received_ = 0;
  std::uint64_t acknowledged_ = 0;  ///< of received_, so many were
  std::string header_;              ///< a frame's line that has not wholly come
  std::uint64_t missing_ = 0;       ///< bytes of the data frame that is being read
  bool over_ = false;
};

}  // namespace ibtest
