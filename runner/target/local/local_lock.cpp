#include "runner/target/local/local_lock.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

std::string holder(int file) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  return size > 0 ? fmt::format(" (process {})", std::string_view(text.data(), static_cast<std::size_t>(size))) : "";
}

}  // namespace

std::filesystem::path local_lock_of_user() {
  if (::geteuid() == 0 && ::access("/run", W_OK) == 0) return "/run/ibtest-local.lock";
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
  const std::string folder = runtime != nullptr && *runtime != '\0' ? runtime : "/tmp";
  return fmt::format("{}/ibtest-{}-local.lock", folder, ::geteuid());
}

LocalLock::LocalLock(const std::filesystem::path& path) {
  // O_NONBLOCK: opening somebody's pipe would wait.
  file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  struct stat about {};
  if (!file_.is_open() || ::fstat(file_.get(), &about) != 0)
    throw Fault(ExitStatus::target_failed, system_error_text("opening " + path.string(), errno));
  if (!S_ISREG(about.st_mode) || about.st_uid != ::geteuid())
    throw Fault(ExitStatus::target_failed, path.string() + " was made by another user", "remove it");
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0)
    throw Fault(ExitStatus::not_runnable,
                fmt::format("another run{} executes on this machine itself", holder(file_.get())),
                "wait for its end, or use --target sandbox, of which there may be many at once");
  const std::string process = std::to_string(::getpid());
  // Only a message reads it.
  if (::ftruncate(file_.get(), 0) == 0) static_cast<void>(write_all(file_.get(), process));
}

}  // namespace ibtest
