#include "agent/program/reboot_reservation.hpp"

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes longest{10};

// Nothing when there is no file; a clock that was set back makes it as young as it can be.
std::optional<std::chrono::milliseconds> age_of(const fs::path& file) {
  std::error_code error;
  const auto written = fs::last_write_time(file, error);
  if (error) return std::nullopt;
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(fs::file_time_type::clock::now() - written);
  return std::max(age, std::chrono::milliseconds(0));
}

}  // namespace

void RebootReservation::make() const {
  constexpr mode_t private_file = 0600;
  const FileDescriptor file(::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, private_file));
  if (!file.is_open() || write_all(file.get(), run_) != 0) return;  // then others may come between
  ::fsync(file.get());
}

void RebootReservation::end() const {
  std::error_code ignored;
  if (!is_of_another()) fs::remove(file_, ignored);
}

bool RebootReservation::is_of_another() const {
  const auto age = age_of(file_);
  std::string owner;
  std::getline(std::ifstream(file_), owner);
  return age && *age < longest && owner != run_;
}

void RebootReservation::wait() const {
  const FileDescriptor watch(::inotify_init1(IN_CLOEXEC));
  ::inotify_add_watch(watch.get(), sessions_.c_str(), IN_DELETE | IN_MOVED_FROM | IN_CLOSE_WRITE);
  if (!is_of_another()) return;
  pollfd interest{watch.get(), POLLIN, 0};
  const auto left = longest - age_of(file_).value_or(longest);
  static_cast<void>(::poll(&interest, 1, static_cast<int>(std::chrono::milliseconds(left).count()) + 1));
}

}  // namespace ibtest
