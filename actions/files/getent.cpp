#include "actions/files/getent.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

constexpr std::chrono::seconds patience{10};
constexpr std::size_t longest_answer = std::size_t{64} * 1024;

const char* find_getent() {
  for (const char* path : {"/usr/bin/getent", "/bin/getent"}) {
    if (::access(path, X_OK) == 0) return path;
  }
  return nullptr;
}

/// A started getent, which is killed and reaped at the latest when this goes.
class Getent {
 public:
  Getent(const char* program, const char* database, const std::string& key) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    output_ = FileDescriptor(ends[0]);
    const FileDescriptor writing_end(ends[1]);
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, writing_end.get(), 1);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    const std::array<const char*, 5> arguments = {program, database, "--", key.c_str(), nullptr};
    const std::array<char*, 1> environment = {nullptr};
    // The interface is older than const.
    auto* const* const argv =
        const_cast<char* const*>(arguments.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    if (::posix_spawn(&process_, program, &actions, nullptr, argv, environment.data()) != 0) process_ = -1;
    ::posix_spawn_file_actions_destroy(&actions);
  }
  Getent(const Getent&) = delete;
  Getent& operator=(const Getent&) = delete;
  ~Getent() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  /// What it prints until it ends; what there is when it takes too long.
  [[nodiscard]] std::string read_all() const {
    std::string answer;
    if (process_ <= 0) return answer;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::array<char, 4096> buffer{};
    while (answer.size() < longest_answer) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      pollfd readable{output_.get(), POLLIN, 0};
      const int ready = left.count() <= 0 ? 0 : ::poll(&readable, 1, static_cast<int>(left.count()));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) break;
      const auto count = ::read(output_.get(), buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      answer.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return answer;
  }

 private:
  FileDescriptor output_;
  pid_t process_ = -1;
};

}  // namespace

std::string ask_getent(const char* database, const std::string& key) {
  const char* program = find_getent();
  if (program == nullptr) return {};
  auto answer = Getent(program, database, key).read_all();
  answer.resize(std::min(answer.find('\n'), answer.size()));
  return answer;
}

}  // namespace ibtest
