#include "runner/target/container/build_lock.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

namespace ibtest {

namespace asio = boost::asio;

namespace {

std::string lock_path(const std::string& name) {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const std::string folder = runtime != nullptr && *runtime != '\0' ? runtime : "/tmp";
  return fmt::format("{}/ibtest-{}-{}.lock", folder, ::getuid(), name);
}

bool try_lock(int file) {
  return ::flock(file, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

BuildLock::BuildLock(ProcessLoop& loop, const std::string& name, ProgressSink& progress) {
  const std::string path = lock_path(name);
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) throw Fault(ExitStatus::target_failed, system_error_text("cannot open " + path, errno));
  if (try_lock(file_)) return;

  progress.activity("waiting for another ibtest that builds the same image");
  // Closing a file that is open for writing is an event, also when the kernel does it for a dead process.
  asio::posix::stream_descriptor watch(loop.context(), ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  ::inotify_add_watch(watch.native_handle(), path.c_str(), IN_CLOSE_WRITE);
  while (!try_lock(file_)) {
    if (loop.interrupts() > 0) {
      ::close(file_);
      throw Interrupted{};
    }
    watch.async_wait(asio::posix::stream_descriptor::wait_read, [](const boost::system::error_code&) {});
    loop.context().run_one();
    alignas(inotify_event) char events[4096];
    while (::read(watch.native_handle(), events, sizeof events) > 0) {
    }
  }
}

BuildLock::~BuildLock() {
  ::close(file_);
}

}  // namespace ibtest
