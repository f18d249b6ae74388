#include "agent/program/attach.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/program/session_socket.hpp"
#include "agent/program/session_start.hpp"
#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/session_lines.hpp"

namespace ibtest {

namespace {

constexpr std::size_t piece = 64U << 10U;

FileDescriptor connect_to(const std::filesystem::path& folder) {
  const std::string path = (folder / session_socket_name).string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    throw Fault(ExitStatus::not_runnable, "the path of the session is too long: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return socket;
}

void say(std::string_view line) {
  std::string text(line);
  text += '\n';
  static_cast<void>(write_all(STDOUT_FILENO, text));
}

/// One direction of the bridge: what was read and not yet written.
class Way {
 public:
  Way(int from, int to, std::string waiting = {}) : from_(from), to_(to), bytes_(std::move(waiting)) {}

  [[nodiscard]] pollfd interest() const { return bytes_.empty() ? pollfd{from_, POLLIN, 0} : pollfd{to_, POLLOUT, 0}; }
  /// False at the end of either side.
  [[nodiscard]] bool move() {
    if (bytes_.empty()) {
      bytes_.resize(piece);
      const ssize_t size = ::read(from_, bytes_.data(), bytes_.size());
      const int error = errno;
      bytes_.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
      return size > 0 || (size < 0 && (error == EINTR || error == EAGAIN));
    }
    const ssize_t size = ::write(to_, bytes_.data(), bytes_.size());
    if (size < 0) return errno == EINTR || errno == EAGAIN;
    bytes_.erase(0, static_cast<std::size_t>(size));
    return true;
  }

 private:
  int from_;
  int to_;
  std::string bytes_;
};

int bridge(int socket, std::string heard) {
  std::array<Way, 2> ways{Way(STDIN_FILENO, socket, std::move(heard)), Way(socket, STDOUT_FILENO)};
  for (;;) {
    std::array<pollfd, 2> interests{ways[0].interest(), ways[1].interest()};
    if (::poll(interests.data(), interests.size(), -1) < 0 && errno != EINTR) return 0;
    // What the agent says last must pass, even when the other side of its socket is closed already.
    for (const std::size_t way : {1U, 0U}) {
      if (interests[way].revents != 0 && !ways[way].move()) return 0;
    }
  }
}

/// Waits until the session has begun. Nothing when the runner goes away meanwhile.
std::optional<std::string> await_session(StartingSession& starting) {
  std::string heard;
  for (;;) {
    std::array<pollfd, 2> interests{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{starting.status(), POLLIN, 0}};
    if (::poll(interests.data(), interests.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return std::nullopt;
    }
    if (interests[1].revents != 0) {
      const StartingSession::News news = starting.read_status();
      if (news.begun) return heard;
      if (!news.busy_with.empty()) say(std::string(host_busy_prefix) + news.busy_with);
    }
    if (interests[0].revents != 0) {
      constexpr std::size_t most_heard = 1U << 20U;
      std::array<char, 4096> space;
      const ssize_t size = heard.size() < most_heard ? ::read(STDIN_FILENO, space.data(), space.size()) : 0;
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return std::nullopt;
      heard.append(space.data(), static_cast<std::size_t>(size));
    }
  }
}

}  // namespace

int attach(const SessionRequest& request) {
  std::signal(SIGPIPE, SIG_IGN);
  FileDescriptor socket = connect_to(request.folder);
  std::string heard;
  if (!socket.is_open() && !request.start) {
    const std::string last_words = end_of_session(request.folder);
    std::fputs(last_words.c_str(), stderr);
    say(no_session_line);
    return 0;
  }
  if (!socket.is_open()) {
    StartingSession starting(request.folder, request.owner);
    auto said = await_session(starting);
    if (!said) return 0;
    heard = std::move(*said);
    starting.leave();
    socket = connect_to(request.folder);
    if (!socket.is_open()) throw Fault(ExitStatus::target_failed, system_error_text("connecting to the agent", errno));
  }
  return bridge(socket.get(), std::move(heard));
}

}  // namespace ibtest
