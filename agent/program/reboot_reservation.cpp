#include "agent/program/reboot_reservation.hpp"

#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::minutes longest{10};

// Counts from the start of the machine, also while that sleeps.
milliseconds time_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::duration_cast<milliseconds>(std::chrono::seconds(now.tv_sec) +
                                                  std::chrono::nanoseconds(now.tv_nsec));
}

// A container that is started again stays in the boot of its machine.
std::string boot_id() {
  std::string id;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), id);
  return id;
}

}  // namespace

void RebootReservation::make() const {
  constexpr mode_t private_file = 0600;
  const FileDescriptor file(::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, private_file));
  const std::string text = run_ + '\n' + boot_id() + '\n' + std::to_string(time_since_boot().count()) + '\n';
  if (!file.is_open() || write_all(file.get(), text) != 0) return;  // then others may come between
  ::fsync(file.get());
}

void RebootReservation::end() const {
  std::error_code ignored;
  if (!is_of_another()) fs::remove(file_, ignored);
}

std::optional<milliseconds> RebootReservation::left_to_another() const {
  std::ifstream file(file_);
  std::string owner;
  std::string boot;
  milliseconds::rep made = 0;
  if (!std::getline(file, owner) || !std::getline(file, boot) || !(file >> made) || made < 0) return std::nullopt;
  if (owner == run_) return std::nullopt;
  const milliseconds now = time_since_boot();
  const milliseconds age = boot == boot_id() ? now - milliseconds(made) : now;
  // A time to come was never written by this boot.
  if (age < milliseconds(0) || age >= longest) return std::nullopt;
  return longest - age;
}

void RebootReservation::wait() const {
  const FileDescriptor watch(::inotify_init1(IN_CLOEXEC));
  ::inotify_add_watch(watch.get(), sessions_.c_str(), IN_DELETE | IN_MOVED_FROM | IN_CLOSE_WRITE);
  const auto left = left_to_another();
  if (!left) return;
  pollfd interest{watch.get(), POLLIN, 0};
  static_cast<void>(::poll(&interest, 1, static_cast<int>(left->count()) + 1));
}

}  // namespace ibtest
