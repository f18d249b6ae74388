#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "runner/subprocess/process_loop.hpp"
#include "runner/subprocess/send_budget.hpp"
#include "runner/subprocess/temporary_folder.hpp"

namespace ibtest {

/// A shorter way for the exchanges with an agent that shares this machine's kernel: a socket in a private folder, which
/// the agent's container mounts. An engine's own way of carrying standard streams copies every byte four times more.
/// An agent that reaches the socket opens its exchanges there; of others nothing comes here, and their conversation
/// carries everything.
class SideChannel {
 public:
  /// Listens. Throws Fault when there is no place for the socket.
  explicit SideChannel(ProcessLoop& loop);
  SideChannel(const SideChannel&) = delete;
  SideChannel& operator=(const SideChannel&) = delete;
  ~SideChannel();

  static constexpr const char* socket_name = "exchanges";

  /// The folder to mount; the socket in it has the name socket_name.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  /// An agent is connected. A later one takes the place of the one before (reboots).
  [[nodiscard]] bool connected() const;
  /// Queues one line, without its line break. `share` is let go when it has been sent, or nobody is there to read it.
  void send(std::string line, SendShare share);
  /// The next line that has come.
  [[nodiscard]] std::optional<std::string> take_line();
  /// Reads on; something happens on the loop when there is more.
  void resume();

 private:
  struct State;
  TemporaryFolder folder_;
  std::shared_ptr<State> state_;
};

}  // namespace ibtest
