#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace ibtest {

/// A run that restarts its host keeps it over the reboot, when no process of the run lives: by a file in the folder of
/// the sessions, which is root's alone. Should the run never come back, it counts for ten minutes of the boot that it
/// was made in, and of the next one. The clock of the day plays no part: it may be set while a machine boots.
class RebootReservation {
 public:
  /// `run` is the name of the session of whoever asks.
  RebootReservation(const std::filesystem::path& sessions, std::string run)
      : sessions_(sessions), file_(sessions / "reserved"), run_(std::move(run)) {}

  /// Keeps the host for this run.
  void make() const;
  /// This run is back.
  void end() const;
  /// Whether another run has it.
  [[nodiscard]] bool is_of_another() const { return left_to_another().has_value(); }
  /// Returns when that may have changed.
  void wait() const;

 private:
  /// How much longer another run has it.
  [[nodiscard]] std::optional<std::chrono::milliseconds> left_to_another() const;

  std::filesystem::path sessions_;
  std::filesystem::path file_;
  std::string run_;
};

}  // namespace ibtest
