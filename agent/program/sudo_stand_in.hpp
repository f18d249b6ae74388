#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace ibtest {

/// While it lives, `sudo` of a target that has none is this program, which runs the command as it is asked to: an EC2
/// instance has sudo, small images do not (section 8.3 of the module specification). A package that brings the real one
/// replaces it; a snapshot has none of it.
class SudoStandIn {
 public:
  /// `environment` is that of the steps; its PATH decides whether there is a sudo.
  explicit SudoStandIn(const std::map<std::string, std::string>& environment);
  SudoStandIn(const SudoStandIn&) = delete;
  SudoStandIn& operator=(const SudoStandIn&) = delete;
  ~SudoStandIn();

  /// Where it stands; empty when it was not needed or could not be put there.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path program_;
  std::filesystem::path path_;
};

}  // namespace ibtest
