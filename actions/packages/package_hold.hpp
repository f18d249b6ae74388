#pragma once

#include <string>
#include <vector>

#include "actions/packages/package_process.hpp"

namespace ibtest {

/// Debian packages that keep their versions while this lives (UPDATEOS-6). What it holds is released afterwards
/// whatever has become of the step.
class PackageHold {
 public:
  /// `names` are of packages that are not held already; those would be released too.
  PackageHold(PackageProcess& processes, std::vector<std::string> names);
  PackageHold(const PackageHold&) = delete;
  PackageHold& operator=(const PackageHold&) = delete;
  ~PackageHold();

  /// How `apt-mark hold` has ended; without error when there was nothing to hold.
  [[nodiscard]] const ProcessResult& result() const { return result_; }

 private:
  void release() const;

  PackageProcess& processes_;
  std::vector<std::string> names_;
  ProcessResult result_;
};

}  // namespace ibtest
