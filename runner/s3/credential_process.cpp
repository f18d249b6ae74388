#include "runner/s3/credential_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "runner/exchange/exchange_handler.hpp"

namespace ibtest {

namespace {

constexpr int poll_milliseconds = 50;
constexpr std::size_t longest_output = 1U << 20U;

/// A shell in a process group of its own, which ends with the value.
class Shell {
 public:
  explicit Shell(const std::string& command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw ExchangeFailure(system_error_text("credential_process", errno));
    output_ = FileDescriptor(ends[0]);
    const FileDescriptor write_end(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::array<std::string, 3> words = {"sh", "-c", command};
    std::array<char*, 4> arguments = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    const int error = ::posix_spawnp(&process_, "sh", &actions, &attributes, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (error != 0) throw ExchangeFailure(system_error_text("starting the credential_process", error));
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  ~Shell() {
    if (process_ <= 0) return;
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] int output() const { return output_.get(); }
  /// The exit status, or 128 + the signal.
  int wait() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t process_ = -1;
  FileDescriptor output_;
};

}  // namespace

std::string run_credential_process(const std::string& command, const std::function<bool()>& cancelled) {
  Shell shell(command);
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    if (cancelled()) throw ExchangeCancelled{};
    pollfd ready{.fd = shell.output(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, poll_milliseconds) <= 0) continue;
    const ssize_t size = ::read(shell.output(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(size));
    if (text.size() > longest_output) throw ExchangeFailure("the credential_process prints too much");
  }
  if (const int status = shell.wait(); status != 0) {
    throw ExchangeFailure(
        fmt::format("the credential_process of the AWS profile ended with exit status {}; run it by hand", status));
  }
  return text;
}

}  // namespace ibtest
