#include "agent/program/session_start.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/engine/process_tree.hpp"
#include "agent/program/private_folder.hpp"
#include "agent/program/reboot_reservation.hpp"
#include "agent/program/serve.hpp"
#include "agent/program/session_socket.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

constexpr const char* errors_name = "errors";
constexpr std::string_view begun_word = "begun";
constexpr std::string_view busy_word = "busy ";
constexpr mode_t private_file = 0600;

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return std::move(text).str();
}

/// Of the host: only one agent executes at a time. Held until it is closed.
FileDescriptor lock_host(const std::filesystem::path& folder, const std::string& owner, int status) {
  const auto path = folder.parent_path() / "lock";
  const RebootReservation reservation(folder.parent_path(), folder.filename());
  FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, private_file));
  if (!lock.is_open()) throw Fault(ExitStatus::target_failed, system_error_text("opening " + path.string(), errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 512> holder{};
    const ssize_t size = ::pread(lock.get(), holder.data(), holder.size(), 0);
    std::string line(busy_word);
    line.append(holder.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    std::ranges::replace(line, '\n', ' ');
    static_cast<void>(write_all(status, line + "\n"));
    while (::flock(lock.get(), LOCK_EX) != 0) {
      if (errno != EINTR) throw Fault(ExitStatus::target_failed, system_error_text("locking " + path.string(), errno));
    }
  }
  if (reservation.is_of_another()) {
    lock = FileDescriptor();
    static_cast<void>(write_all(status, std::string(busy_word) + "a run that reboots the host\n"));
    while (reservation.is_of_another())
      reservation.wait();
    return lock_host(folder, owner, status);
  }
  reservation.end();
  // The lock itself counts, the name is for people.
  static_cast<void>(::ftruncate(lock.get(), 0));
  static_cast<void>(::pwrite(lock.get(), owner.data(), owner.size(), 0));
  return lock;
}

void report_fault(const Fault& fault) {
  std::fprintf(stderr, "%s\n", fault.what());
  if (!fault.remedy().empty()) std::fprintf(stderr, "%s%s\n", remedy_prefix.data(), fault.remedy().c_str());
}

int serve_session(const std::filesystem::path& folder, FileDescriptor status, FileDescriptor lock) {
  try {
    ServeOptions options;
    options.state_directory = folder.parent_path();
    options.session = folder;
    options.on_listening = [&status] {
      static_cast<void>(write_all(status.get(), std::string(begun_word) + "\n"));
      status = FileDescriptor();
    };
    options.on_executed = [&lock, &folder](bool reboots) {
      if (reboots) RebootReservation(folder.parent_path(), folder.filename()).make();
      lock = FileDescriptor();
    };
    return serve(options);
  } catch (const Fault& fault) {
    report_fault(fault);
    return static_cast<int>(fault.status());
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    return static_cast<int>(ExitStatus::target_failed);
  }
}

/// Kills what is below this process, which is the reaper of its orphans.
void kill_descendants() {
  do {
    for (const ProcessEntry& process : descendants_of(::getpid())) {
      if (!process.ended()) ::kill(process.pid, SIGKILL);
    }
    // Those whose parent has ended are children of this process by then.
  } while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR);
}

/// Does what an agent that was killed cannot do any more: says how it ended, and ends what it had started, which would
/// go on beside the next run.
void stand_in_for_killed(pid_t agent) {
  int how = 0;
  while (::waitpid(agent, &how, 0) < 0 && errno == EINTR) {
  }
  if (!WIFSIGNALED(how)) return;
  const char* const name = ::sigabbrev_np(WTERMSIG(how));
  std::fprintf(stderr, "it was killed by the signal %s\n", name == nullptr ? "?" : name);
  kill_descendants();
}

void use_for(int stream, const char* path, int flags) {
  const FileDescriptor file(::open(path, flags | O_CLOEXEC, private_file));
  if (file.is_open()) ::dup2(file.get(), stream);
}

/// The process that stands beside the agent.
int run_session(const std::filesystem::path& folder, const std::string& owner, FileDescriptor status) {
  ::setsid();
  std::signal(SIGHUP, SIG_IGN);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    use_for(stream, "/dev/null", O_RDWR);
  try {
    FileDescriptor lock = lock_host(folder, owner, status.get());
    make_private_folder(folder);
    std::error_code ignored;
    std::filesystem::remove(folder / session_socket_name, ignored);
    use_for(STDERR_FILENO, (folder / errors_name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const pid_t agent = ::fork();
    if (agent < 0) throw Fault(ExitStatus::target_failed, system_error_text("starting the agent", errno));
    if (agent == 0) return serve_session(folder, std::move(status), std::move(lock));
    lock = FileDescriptor();
    status = FileDescriptor();
    stand_in_for_killed(agent);
    return 0;
  } catch (const Fault& fault) {
    static_cast<void>(write_all(status.get(), std::string(fault.what()) + "\n"));
    return static_cast<int>(fault.status());
  }
}

}  // namespace

StartingSession::StartingSession(const std::filesystem::path& folder, const std::string& owner) : folder_(folder) {
  make_private_folder(folder.parent_path());
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw Fault(ExitStatus::target_failed, system_error_text("making a pipe", errno));
  status_ = FileDescriptor(ends[0]);
  FileDescriptor other(ends[1]);
  process_ = ::fork();
  if (process_ < 0) throw Fault(ExitStatus::target_failed, system_error_text("starting a process", errno));
  if (process_ > 0) return;
  status_ = FileDescriptor();
  ::_exit(run_session(folder, owner, std::move(other)));
}

StartingSession::~StartingSession() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

StartingSession::News StartingSession::read_status() {
  std::array<char, 1024> space;
  const ssize_t size = ::read(status_.get(), space.data(), space.size());
  if (size < 0 && errno == EINTR) return {};
  if (size <= 0) {
    const std::string last_words = end_of_session(folder_);
    const std::string words = heard_.empty() ? last_words : heard_;
    throw Fault(ExitStatus::target_failed, "the agent ended at once: " + words.substr(0, words.find('\n')));
  }
  heard_.append(space.data(), static_cast<std::size_t>(size));
  News news;
  for (std::size_t end = 0; (end = heard_.find('\n')) != std::string::npos; heard_.erase(0, end + 1)) {
    const std::string line = heard_.substr(0, end);
    if (line == begun_word) {
      news.begun = true;
    } else if (line.starts_with(busy_word)) {
      news.busy_with = line.substr(busy_word.size());
    } else {
      throw Fault(ExitStatus::target_failed, line);
    }
  }
  return news;
}

std::string end_of_session(const std::filesystem::path& folder) {
  std::string words = text_of(folder / errors_name);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return words;
}

}  // namespace ibtest
