#pragma once

#include <filesystem>
#include <string>

namespace ibtest {

/// A run that restarts its host keeps it over the reboot, when no process of the run lives: by a file in the folder of
/// the sessions, which is root's alone. It counts for ten minutes, should the run never come back.
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
  [[nodiscard]] bool is_of_another() const;
  /// Returns when that may have changed.
  void wait() const;

 private:
  std::filesystem::path sessions_;
  std::filesystem::path file_;
  std::string run_;
};

}  // namespace ibtest
